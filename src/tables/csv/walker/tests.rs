use super::*;

const COMMAS: CsvDialect = CsvDialect {
    delimiter: b',',
    quote: b'"',
    escape: None,
    comment: None,
    newlines_in_values: false,
};

fn lines(text: &str) -> Result<Vec<u64>, QuoteFault> {
    let mut walker = Walker::new(COMMAS, None);
    let mut lines = vec![];
    for byte in text.bytes() {
        if walker.step(byte)? {
            lines.push(walker.record_line);
        }
    }
    if walker.finish()? {
        lines.push(walker.record_line);
    }
    Ok(lines)
}

#[test]
fn records_know_their_lines() {
    assert_eq!(lines("a,b\n1,2\n3,4"), Ok(vec![1, 2, 3]));
    assert_eq!(lines("a,b\r\n\r\n\r\n1,2\r\n3,4\r\n"), Ok(vec![1, 4, 5]));
    assert_eq!(lines("a,b\r1,2\r3,4\r"), Ok(vec![1, 2, 3]));
    assert_eq!(lines("a,b\n\"x\ny\",2\n3,4\n"), Ok(vec![1, 2, 4]));
    assert_eq!(lines("\u{feff}\"a\",b\n1,2\n"), Ok(vec![1, 2]));
    assert_eq!(lines("a,b\n27\",\"28\"\"\"\n"), Ok(vec![1, 2]));
}

#[test]
fn quotes_are_looked_at() {
    assert_eq!(
        lines("a,b\n\n1,\"x\n2,y\n"),
        Err(QuoteFault::Unclosed { line: 3 })
    );
    let byte = b's';
    assert_eq!(
        lines("a,b\n1,\"x\n2,\"size\n"),
        Err(QuoteFault::AfterQuote { line: 3, byte })
    );
    // Two stray quotes; a text of several lines; a sentence with a comma.
    let joined = QuoteFault::Joined {
        from: 2,
        to: 4,
        rows: 3,
        columns: 2,
    };
    assert_eq!(lines("a,b\n1,\"x\n2,y\n3,z\"\n"), Err(joined));
    assert_eq!(lines("a,b\n1,\"x\ny\n\"\n2,y\n"), Ok(vec![1, 2, 5]));
    assert_eq!(lines("a,b\n1,\"x\nWell, no\"\n2,y\n"), Ok(vec![1, 2, 4]));
}

#[test]
fn lines_that_a_stray_quote_takes_in_need_not_all_be_rows() {
    let joined = |to, rows, columns| {
        Err(QuoteFault::Joined {
            from: 2,
            to,
            rows,
            columns,
        })
    };
    for (text, expected) in [
        ("c,n,a\n1,\"s,1\n2, x,2\n3,y\",3\n", joined(4, 3, 3)),
        ("c,n,a\n1,\"s,1\n\n2,x,2\n3,y\",3\n", joined(5, 3, 3)),
        ("c,n,a\r\n1,\"s,1\r\n\r\n3,y\",3\r\n", joined(4, 2, 3)),
        ("c,n,a\n1,\"s,1\n2,x\n3,y\",3\n", joined(4, 2, 3)),
        // Many lines that are none do not hide those that are.
        ("c,n,a\n1,\"s,1\nx\nx\nx\n2,x,2\n3,y\",3\n", joined(7, 3, 3)),
        ("c,n\n1,\"s\n2\n3,y\"\n", joined(4, 2, 2)),
        ("c,n\n1,\"s\n2, x\n3,y\n4,z\"\n", joined(5, 4, 2)),
    ] {
        assert_eq!(lines(text), expected, "{text:?}");
    }
    for text in [
        "c,n\n1,\"I like it, thanks\nbye, Tom\"\n",
        "c,n\n1,\"Hello\nwe took 1,000 of them\nbye\"\n",
        "c,n,a\n1,\"Main St 1\n\nBerlin, DE\",2\n",
        "c,n,a\n1,2,\"Dear all,\nwell, yes\nTom\"\n",
    ] {
        assert_eq!(lines(text), Ok(vec![1, 2]), "{text:?}");
    }
}

#[test]
fn many_bytes_are_walked_as_one_by_one() {
    let text = "a,b\n1,x\n2,\"y\n3,z\"\n";
    for cut in 0..text.len() {
        let mut walker = Walker::new(COMMAS, Some(2));
        let (one, two) = text.as_bytes().split_at(cut);
        let walked = walker
            .walk(one)
            .and_then(|()| walker.walk(two))
            .and_then(|()| walker.finish());
        assert!(matches!(walked, Err(QuoteFault::Joined { .. })), "{cut}");
    }
}

#[test]
fn sound_lines_are_walked_at_once() {
    for line in [
        "1,2",
        "\"1\",\"2\"",
        "\"a \"\"b\"\"\",\"\"",
        "1,\"x,y\"",
        "27\",x",
        "\"\",",
    ] {
        let walker = Walker {
            mark: BYTE_ORDER_MARK.len(),
            ..Walker::new(COMMAS, Some(2))
        };
        let ended = format!("{line}\n\"");
        assert_eq!(
            walker.sound_line(ended.as_bytes()),
            Some(line.len()),
            "{line}"
        );
        assert_eq!(walker.sound_line(line.as_bytes()), None, "{line}");
    }
    for line in ["", "1,\"x", "\"x\"y,1", "\"x\" ,1", "1,\"x\"\""] {
        let walker = Walker {
            mark: BYTE_ORDER_MARK.len(),
            ..Walker::new(COMMAS, Some(2))
        };
        assert_eq!(
            walker.sound_line(format!("{line}\n").as_bytes()),
            None,
            "{line}"
        );
    }
}

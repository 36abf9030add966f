use super::*;

const COMMAS: CsvDialect = CsvDialect {
    delimiter: b',',
    quote: b'"',
    escape: None,
    comment: None,
    newlines_in_values: false,
};

/// Gives a few bytes at a time.
struct Trickle<'a>(&'a [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.1.min(into.len()).min(self.0.len());
        into[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

/// What is handed on of a text, and the lines and reasons of what is not.
fn sieved(text: &[u8], left_out: LeftOut) -> (String, Vec<(u64, String)>, Vec<u64>) {
    let sifted: Arc<Mutex<Sifted>> = Arc::default();
    let told = Some(Arc::clone(&sifted));
    let mut sieve = Sieve::new(Trickle(text, 7), COMMAS, left_out, 0, told);
    let mut out = vec![];
    sieve.read_to_end(&mut out).expect("sound, or left out");
    let (rejects, headers) = sifted.lock().take_up_to(None);
    let rejects = rejects
        .into_iter()
        .map(|reject| (reject.line, reject.reason));
    let out = String::from_utf8(out).expect("what is no text is left out");
    (out, rejects.collect(), headers)
}

const DAMAGED: LeftOut = LeftOut {
    damaged: true,
    second: false,
    header_again: false,
};

#[test]
fn damaged_lines_leave_their_ends() {
    for (text, kept, lines) in [
        ("a,b\n1,2\n3\n4,5\n", "a,b\n1,2\n\n4,5\n", vec![3]),
        ("a,b\r\n1,2,3\r\n4,5\r\n", "a,b\r\n\r\n4,5\r\n", vec![2]),
        ("a,b\n1,\"x\n2,y\n3,z\n", "a,b\n\n2,y\n3,z\n", vec![2]),
        ("a,b\n1,\"x\"y\n2,z", "a,b\n\n2,z", vec![2]),
        (
            "a,b\n1,\"x\n2,\"y\"\n3,z\n",
            "a,b\n\n2,\"y\"\n3,z\n",
            vec![2],
        ),
        ("a,b\n\n\n1\0,x\n2,y\n3", "a,b\n\n\n\n2,y\n", vec![4, 6]),
        // A sound value of two lines in a record with too many values goes as a whole.
        ("a,b\n1,\"x\ny\",3\n4,5\n", "a,b\n\n\n4,5\n", vec![2]),
        // Quoted line ends count.
        ("a,b\n1,\"x\ny\"\n4\n", "a,b\n1,\"x\ny\"\n\n", vec![4]),
        ("\u{feff}a,b\n1\n2,3\n", "\u{feff}a,b\n\n2,3\n", vec![2]),
    ] {
        let (out, rejects, _) = sieved(text.as_bytes(), DAMAGED);
        let found: Vec<u64> = rejects.iter().map(|(line, _)| *line).collect();
        assert_eq!((out.as_str(), found), (kept, lines), "{text:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_left_out_with_their_line() {
    let (out, rejects, _) = sieved(b"a,b\n\xC3\xA4,1\nx\xFF,2\ny,3\n", DAMAGED);
    assert_eq!(out, "a,b\n\u{e4},1\n\ny,3\n");
    assert_eq!(
        rejects,
        [(3, "bytes that are not of the encoding".to_string())]
    );
}

#[test]
fn header_lines_that_stand_again_are_left_out_and_no_part_of_values_is() {
    let again = LeftOut {
        header_again: true,
        ..LeftOut::default()
    };
    let text = "a,b\n1,2\na,b\n\"a\",\"b\"\n3,\"\na,b\n\"\n\"a,b\",4\na,b,c\n";
    for left_out in [
        again,
        LeftOut {
            damaged: true,
            ..again
        },
    ] {
        let (out, rejects, headers) = sieved(text.as_bytes(), left_out);
        assert_eq!(headers, [3, 4], "{left_out:?}");
        let kept = "a,b\n1,2\n\n\n3,\"\na,b\n\"\n\"a,b\",4\n";
        assert_eq!(out.trim_end_matches("a,b,c\n").trim_end(), kept.trim_end());
        assert_eq!(rejects.len(), usize::from(left_out.damaged));
    }
}

#[test]
fn the_second_record_is_left_out_where_it_is_asked_for() {
    let second = LeftOut {
        second: true,
        ..LeftOut::default()
    };
    let (out, rejects, _) = sieved(b"a,b\n\n,EUR\nx,1\n", second);
    assert_eq!((out.as_str(), rejects.len()), ("a,b\n\n\nx,1\n", 0));
}

/// Wherever the text is cut into chunks, a line is the one that people count.
#[test]
fn lines_are_counted_across_chunks() {
    let text = "a,b\r\n1,2\r\n\"x\r\ny\",3\r\na,b\r\n4\r\n5,6\r\n";
    for chunk in 1..40 {
        for (damaged, rejects) in [(false, vec![]), (true, vec![6])] {
            let left_out = LeftOut {
                damaged,
                second: false,
                header_again: true,
            };
            let sifted: Arc<Mutex<Sifted>> = Arc::default();
            let told = Some(Arc::clone(&sifted));
            let mut sieve = Sieve::new(text.as_bytes(), COMMAS, left_out, 0, told).by(chunk);
            sieve.read_to_end(&mut vec![]).expect("sound, or left out");
            let (found, headers) = sifted.lock().take_up_to(None);
            let found: Vec<u64> = found.iter().map(|reject| reject.line).collect();
            assert_eq!((found, headers), (rejects, vec![5]), "by {chunk}");
            assert_eq!(sieve.lines(), 7, "by {chunk}");
        }
    }
}

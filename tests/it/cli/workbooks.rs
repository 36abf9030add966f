//! Workbooks of spreadsheets as tables.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use crate::command::Folder;

/// A workbook with one sheet of orders, as people keep them: a title, ids as texts, days, amounts and flags.
fn orders(folder: &Folder, name: &str, rows: &[(&str, &str, f64, u8)]) {
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let sheet = workbook.add_worksheet();
    sheet.set_name("Orders").expect("a name");
    sheet.write(0, 0, "Orders of May").expect("a title");
    for (column, title) in ["customer_id", "product", "amount", "day", "paid"]
        .iter()
        .enumerate()
    {
        sheet.write(2, column as u16, *title).expect("a name");
    }
    for (at, (customer, product, amount, of_may)) in rows.iter().enumerate() {
        let row = at as u32 + 3;
        sheet.write(row, 0, *customer).expect("a text");
        sheet.write(row, 1, *product).expect("a text");
        sheet.write(row, 2, *amount).expect("a number");
        let date = ExcelDateTime::from_ymd(2026, 5, *of_may).expect("a day");
        sheet.write_with_format(row, 3, &date, &day).expect("a day");
        sheet.write(row, 4, of_may % 2 == 0).expect("a flag");
    }
    save(folder, name, &mut workbook);
}

fn save(folder: &Folder, name: &str, workbook: &mut Workbook) {
    folder.file(name, workbook.save_to_buffer().expect("a workbook"));
}

#[test]
fn a_sheet_is_a_table() {
    let folder = Folder::new();
    orders(
        &folder,
        "crm.xlsx",
        &[
            ("007", "CRM", 10.5, 1),
            ("007", "Chat", 3.0, 2),
            ("8", "CRM, Pro", 1.25, 3),
        ],
    );
    let run = folder.run(&["--format", "csv", "-c", "SELECT * FROM 'crm.xlsx'"]);
    assert!(
        run.stderr
            .contains("crm.xlsx is read without the row above the header line"),
        "{run:?}"
    );
    assert_eq!(
        run.succeeded(),
        "customer_id,product,amount,day,paid\n\
         007,CRM,10.5,2026-05-01,false\n\
         007,Chat,3.0,2026-05-02,true\n\
         8,\"CRM, Pro\",1.25,2026-05-03,false\n"
    );
    let kpis =
        "SELECT cross_sell_rate(customer_id, product) AS rate, arpa(customer_id, amount) AS arpa,
                max(day) AS last, count(*) FILTER (WHERE paid) AS paid FROM 'crm.xlsx'";
    assert_eq!(
        folder.csv(&["--quiet", "-c", kpis]),
        "rate,arpa,last,paid\n50.0,7.375,2026-05-03,1\n"
    );
    assert_eq!(
        folder.csv(&["--quiet", "-c", "SELECT count(*) AS n FROM 'crm.xlsx'"]),
        "n\n3\n"
    );
}

#[test]
fn folders_of_workbooks_are_one_table_by_name() {
    let folder = Folder::new();
    orders(&folder, "months/may.xlsx", &[("a", "CRM", 1.0, 1)]);
    orders(&folder, "months/june.xlsx", &[("b", "CRM", 2.0, 2)]);
    let mut other = Workbook::new();
    let sheet = other.add_worksheet();
    for (column, title) in ["Amount", "customer_id"].iter().enumerate() {
        sheet.write(0, column as u16, *title).expect("a name");
    }
    sheet.write(1, 0, 4).expect("a number");
    sheet.write(1, 1, "c").expect("a text");
    save(&folder, "months/july.xlsx", &mut other);
    let run = folder.run(&[
        "--format",
        "csv",
        "-c",
        "SELECT customer_id, amount, product FROM 'months/' ORDER BY customer_id",
    ]);
    assert!(
        run.stderr
            .contains("july.xlsx has no columns product, day, paid"),
        "{run:?}"
    );
    assert_eq!(
        run.succeeded(),
        "customer_id,amount,product\na,1,CRM\nb,2,CRM\nc,4,\n"
    );
}

#[test]
fn a_number_of_a_cell_has_no_thousands() {
    let folder = Folder::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, value) in [19.125, 250.375, 5.0].iter().enumerate() {
        sheet.write(row as u32 + 1, 0, *value).expect("a number");
    }
    sheet.write(0, 0, "amount").expect("a name");
    save(&folder, "mix.xlsx", &mut workbook);
    for options in [&[][..], &["--decimal-separator", ","]] {
        let mut args = options.to_vec();
        args.extend([
            "--format",
            "csv",
            "-c",
            "SELECT sum(amount) AS s FROM 'mix.xlsx'",
        ]);
        assert_eq!(folder.run(&args).succeeded(), "s\n274.5\n");
    }
}

#[test]
fn a_sheet_has_a_name() {
    let folder = Folder::new();
    let mut workbook = Workbook::new();
    for (name, value) in [
        ("Notes", ""),
        ("Orders", "order_id"),
        ("Customers", "customer_id"),
    ] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).expect("a name");
        if !value.is_empty() {
            sheet.write(0, 0, value).expect("a name");
            sheet.write(1, 0, 7).expect("a number");
        }
    }
    save(&folder, "crm.xlsx", &mut workbook);
    let run = folder.run(&["--format", "csv", "-c", "SELECT * FROM 'crm.xlsx'"]);
    assert!(
        run.stderr.contains(
            "crm.xlsx has the sheets Orders, Customers: Orders is read, and 'crm.xlsx#Customers' reads another one"
        ),
        "{run:?}"
    );
    assert_eq!(run.succeeded(), "order_id\n7\n");
    assert_eq!(
        folder.csv(&["-c", "SELECT * FROM 'crm.xlsx#Customers'"]),
        "customer_id\n7\n"
    );
    folder
        .run(&["-c", "SELECT * FROM 'crm.xlsx#Leads'"])
        .failed(
            1,
            &["crm.xlsx has no sheet Leads; its sheets are Notes, Orders, Customers"],
        );
    folder
        .run(&["-c", "SELECT * FROM 'crm.xlsx#Notes'"])
        .failed(1, &["crm.xlsx has no cell with a value in Notes"]);
}

#[test]
fn cells_that_are_no_values_are_named() {
    let folder = Folder::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "id").expect("a name");
    sheet.write(0, 1, "amount").expect("a name");
    sheet.write(1, 0, "c1").expect("a text");
    sheet.write(1, 1, 5).expect("a number");
    // A row of nothing is none.
    sheet.write(3, 0, "c2").expect("a text");
    let broken = Formula::new("=1/0").set_result("#DIV/0!");
    sheet.write(3, 1, broken).expect("a formula");
    save(&folder, "t.xlsx", &mut workbook);
    let sql = "SELECT count(*) AS n, sum(amount) AS s FROM 't.xlsx'";
    folder.run(&["-c", sql]).failed(
        1,
        &[
            "t.xlsx, sheet Sheet1, cell B4, is #DIV/0!",
            "--null '#DIV/0!'",
        ],
    );
    assert_eq!(folder.csv(&["--null", "#DIV/0!", "-c", sql]), "n,s\n2,5\n");
    // A value that is not of its column's type is named with its row.
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "id").expect("a name");
    sheet.write(0, 1, "amount").expect("a name");
    for row in 1..3_000 {
        sheet.write(row, 0, "c").expect("a text");
        sheet.write(row, 1, row).expect("a number");
    }
    sheet.write(3_001, 0, "c").expect("a text");
    sheet.write(3_001, 1, "many").expect("a text");
    save(&folder, "late.xlsx", &mut workbook);
    folder
        .run(&[
            "--infer-rows",
            "10",
            "-c",
            "SELECT sum(amount) FROM 'late.xlsx'",
        ])
        .failed(1, &["late.xlsx, line 3002", "many"]);
}

#[test]
fn what_is_no_workbook_is_said() {
    let folder = Folder::new();
    folder
        .file("t.xlsx", "id,amount\n1,2\n")
        .file("u.ods", b"PK\x03\x04");
    folder
        .run(&["-c", "SELECT * FROM 't.xlsx'"])
        .failed(1, &["t.xlsx cannot be read as a workbook"]);
    folder
        .run(&["-c", "SELECT * FROM 'u.ods'"])
        .failed(1, &["u.ods cannot be read as a workbook"]);
    folder
        .run(&["-c", "COPY (SELECT 1 AS x) TO 'x.xlsx'"])
        .failed(1, &["x.xlsx"]);
}

#[test]
fn texts_with_the_name_of_a_workbook_are_refused_in_words() {
    let folder = Folder::new();
    for (name, text, words) in [
        ("none.xlsx", "", "none.xlsx is empty"),
        (
            "page.xls",
            "<html><table></table></html>",
            "a web page or XML",
        ),
        ("tabs.xls", "id\tamount\nc1\t1\n", "cp tabs.xls tabs.tsv"),
        ("text.xlsx", "id,amount\nc1,1\n", "cp text.xlsx text.csv"),
    ] {
        folder.file(name, text);
        let sql = format!("SELECT * FROM '{name}'");
        folder.run(&["-c", &sql]).failed(1, &[words]);
    }
}

/// A workbook with one sheet of these rows: a text that is a number is written as one, and an empty one not at all.
fn sheet(folder: &Folder, name: &str, rows: &[&[&str]]) {
    let mut workbook = Workbook::new();
    write_rows(workbook.add_worksheet(), rows);
    save(folder, name, &mut workbook);
}

fn write_rows(sheet: &mut Worksheet, rows: &[&[&str]]) {
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write(row, column, number).expect("a number"),
                Err(_) => sheet.write(row, column, *cell).expect("a text"),
            };
        }
    }
}

#[test]
fn rows_with_a_value_that_does_not_fit_are_left_out_counted_and_saved() {
    let folder = Folder::new();
    let mut workbook = Workbook::new();
    let rows: Vec<[String; 2]> = (0..=200)
        .map(|i| match i {
            0 => ["id".to_string(), "amount".to_string()],
            // The sheet has an empty row.
            100 => [String::new(), String::new()],
            150 => ["c150".to_string(), "many".to_string()],
            i => [format!("c{i}"), i.to_string()],
        })
        .collect();
    let rows: Vec<[&str; 2]> = rows.iter().map(|row| [&row[0][..], &row[1][..]]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
    write_rows(workbook.add_worksheet(), &rows);
    save(&folder, "t.xlsx", &mut workbook);
    let sum = "SELECT count(*) AS n, sum(amount) AS s FROM 't.xlsx'";
    let args = ["--types", "amount=BIGINT", "--format", "csv", "-c", sum];
    folder
        .run(&args)
        .failed(1, &["t.xlsx, line 151, has 'many' in column amount"]);
    let run = folder.run(&[&["--lenient"][..], &args[..]].concat());
    assert!(
        run.stderr
            .contains("1 damaged line of t.xlsx is left out (t.xlsx, line 151: 'many'"),
        "{run:?}"
    );
    // The numbers 1 to 200, which are 20100, without 100 and 150.
    assert_eq!(run.succeeded(), "n,s\n198,19850\n");
    assert_eq!(
        folder.read("rejects.csv"),
        "file,line,column,reason,text\n\
         t.xlsx,151,amount,'many' in column amount is not of type BIGINT,\"c150,many\"\n"
    );
    folder
        .run(&[&["--lenient", "--max-rejects", "0"][..], &args[..]].concat())
        .failed(1, &["1 line or more of t.xlsx is damaged"]);
    // So it is where one table alone is asked for.
    let of_call = sum.replace("'t.xlsx'", "read_xlsx('t.xlsx', lenient => true)");
    let args = ["--types", "amount=BIGINT", "--quiet", "-c", &of_call];
    assert_eq!(folder.csv(&args), "n,s\n198,19850\n");
}

#[test]
fn merged_cells_have_the_value_in_each_of_their_rows() {
    let folder = Folder::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let plain = Format::new();
    let title = "Orders of May";
    sheet.merge_range(0, 0, 0, 2, title, &plain).expect("cells");
    write_rows(
        sheet,
        &[
            &[],
            &[],
            &["customer", "product", "amount"],
            &["", "CRM", "1"],
            &["", "Chat", "2"],
            &["", "CRM", "3"],
            &["", "Chat", "4"],
        ],
    );
    sheet.merge_range(3, 0, 4, 0, "a", &plain).expect("cells");
    sheet.merge_range(5, 0, 6, 0, "b", &plain).expect("cells");
    save(&folder, "t.xlsx", &mut workbook);
    let rate = "SELECT cross_sell_rate(customer, product) AS rate, sum(amount) AS s FROM 't.xlsx'";
    let run = folder.run(&["--format", "csv", "-c", rate]);
    assert!(
        run.stderr.contains(
            "cells are merged in 2 places of t.xlsx, sheet Sheet1, such as A4:A5: the value is that of each of their rows"
        ),
        "{run:?}"
    );
    // The title is merged as well, and is no value of any row.
    assert!(!run.stderr.contains("first column"), "{run:?}");
    assert_eq!(run.succeeded(), "rate,s\n100.0,10\n");

    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    write_rows(sheet, &[&["id", "net", "tax"], &["a"], &["b", "5", "6"]]);
    sheet.merge_range(1, 1, 1, 2, "", &plain).expect("cells");
    sheet.write(1, 1, 4).expect("a number");
    save(&folder, "wide.xlsx", &mut workbook);
    let sums = "SELECT sum(net) AS net, sum(tax) AS tax FROM 'wide.xlsx'";
    let run = folder.run(&["--format", "csv", "-c", sums]);
    assert!(
        run.stderr.contains(
            "the cells B2:C2 of wide.xlsx, sheet Sheet1, are merged: the value is that of their first column"
        ),
        "{run:?}"
    );
    assert_eq!(run.succeeded(), "net,tax\n9,6\n");
}

#[test]
fn options_of_texts_are_not_for_one_workbook() {
    let folder = Folder::new();
    sheet(
        &folder,
        "t.xlsx",
        &[
            &["made by", "x"],
            &["for", "y"],
            &[],
            &["id", "amount"],
            &["c1", "1"],
            &["c2", "2"],
        ],
    );
    let table = ["--table", "t=t.xlsx", "--format", "csv"];
    let sum = ["-c", "SELECT sum(amount) AS s FROM t"];
    for (option, value, call) in [
        ("--encoding", "t:latin1", "--encoding windows-1252"),
        ("--delimiter", "t:;", "--delimiter ';'"),
        ("--quote", "t:'", "--quote \"'\""),
        ("--comment", "t:#", "--comment '#'"),
    ] {
        let run = folder.run(&[&table[..], &[option, value], &sum[..]].concat());
        let words = format!("{call} does not apply to t.xlsx, which is a workbook");
        run.failed(1, &[&words, "leave it out"]);
    }
    // What is said of all tables is for those of text, and rows of a sheet are left out as lines of a text are.
    let all = ["--encoding", "latin1", "--delimiter", ";", "--comment", "#"];
    for skip in ["3", "t:3"] {
        let run = folder.run(&[&table[..], &all[..], &["--skip", skip], &sum[..]].concat());
        assert_eq!(run.stderr, "", "{skip}");
        assert_eq!(run.succeeded(), "s\n3\n");
    }
    let of_call = "SELECT sum(amount) AS s FROM read_xlsx('t.xlsx', skip => 3)";
    assert_eq!(folder.csv(&["-c", of_call]), "s\n3\n");
}

#[test]
fn what_stands_above_the_names_of_a_sheet_is_judged_as_in_a_text() {
    let folder = Folder::new();
    // Few names over many columns are a header line.
    sheet(
        &folder,
        "few.xlsx",
        &[
            &["id", "", "", "", "amount"],
            &["c1", "x", "x", "x", "1"],
            &["c2", "x", "x", "x", "2"],
        ],
    );
    let sum = |file: &str| format!("SELECT count(id) AS n, sum(amount) AS s FROM '{file}'");
    let run = folder.run(&["--format", "csv", "-c", &sum("few.xlsx")]);
    assert!(!run.stderr.contains("title"), "{run:?}");
    assert_eq!(run.succeeded(), "n,s\n2,3\n");
    // Of two values above the names nobody knows what they are.
    sheet(
        &folder,
        "two.xlsx",
        &[
            &["Orders", "of May"],
            &[],
            &["id", "plan", "amount"],
            &["c1", "x", "1"],
            &["c2", "x", "2"],
        ],
    );
    folder.run(&["-c", &sum("two.xlsx")]).failed(
        1,
        &["two.xlsx: the first line has values in 2 of its 3 columns, and line 3 looks like the header line; --skip 2 reads"],
    );
    assert_eq!(
        folder.csv(&["--skip", "2", "-c", &sum("two.xlsx")]),
        "n,s\n2,3\n"
    );
    // Nor of a title over texts alone.
    sheet(
        &folder,
        "texts.xlsx",
        &[
            &["Customers"],
            &["id", "name", "city"],
            &["c1", "Ann", "Rome"],
            &["c2", "Bob", "Oslo"],
        ],
    );
    let count = "SELECT count(DISTINCT city) AS n FROM 'texts.xlsx'";
    folder.run(&["-c", count]).failed(
        1,
        &[
            "texts.xlsx: the first line has a value in 1 of its 3 columns",
            "--skip 1 reads the file from line 2 on",
        ],
    );
    assert_eq!(folder.csv(&["--skip", "1", "-c", count]), "n\n2\n");
}

#[test]
fn header_lines_that_stand_again_in_a_sheet_are_left_out() {
    let folder = Folder::new();
    sheet(
        &folder,
        "t.xlsx",
        &[
            &["id", "amount"],
            &["", "EUR"],
            &["c1", "1"],
            &["id", "amount"],
            &["c2", "2"],
        ],
    );
    let run = folder.run(&[
        "--format",
        "csv",
        "-c",
        "SELECT count(*) AS n, sum(amount) AS s FROM 't.xlsx'",
    ]);
    assert!(
        run.stderr
            .contains("t.xlsx, line 2, is a second header line")
            && run.stderr.contains("line 4"),
        "{run:?}"
    );
    assert_eq!(run.succeeded(), "n,s\n2,3\n");
}

#[test]
fn lines_within_a_cell_are_no_rows() {
    let folder = Folder::new();
    sheet(
        &folder,
        "t.xlsx",
        &[&["note", "amount"], &["a,1\nb,2\nc,3", "5"], &["d", "many"]],
    );
    let count = "SELECT count(*) AS n, max(length(note)) AS l FROM 't.xlsx'";
    assert_eq!(folder.csv(&["-c", count]), "n,l\n2,11\n");
    // The rows below it are those of the sheet.
    folder
        .run(&[
            "--types",
            "amount=DOUBLE",
            "-c",
            "SELECT sum(amount) FROM 't.xlsx'",
        ])
        .failed(1, &["t.xlsx, line 3, has 'many' in column amount"]);
}

//! Workbooks of spreadsheets as tables.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

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

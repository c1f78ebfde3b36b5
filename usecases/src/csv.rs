//! Lines of a table for a spreadsheet, which are the same in the browser and on the server.

/// Begins a file: tells spreadsheets that the text is UTF-8.
pub const MARK: &str = "\u{feff}";

/// A line. A cell that a spreadsheet would take for a formula gets an apostrophe before it, since
/// names come from customers.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(escaped).collect();
    cells.join(",") + "\r\n"
}

fn escaped(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_cell_is_no_formula_and_ends_no_other() {
        let cells =
            ["plain", "=HYPERLINK(\"x\")", "+1", "-1", "@a", "\tx", "a,b", "two\nlines", ""];
        let told = "plain,\"'=HYPERLINK(\"\"x\"\")\",'+1,'-1,'@a,'\tx,\"a,b\",\"two\nlines\",\r\n";
        assert_eq!(line(cells), told);
    }
}

//! What a wasm and its script call each other by. wasm-bindgen's names carry sixteen digits each, in
//! both files, which no packing makes smaller: 6 kB of the app (docs/size.md).

use anyhow::{Result, anyhow, ensure};
use std::collections::BTreeMap;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{ExportSection, ImportSection, Module};
use wasmparser::{Export, Import};

/// The module that the script is, for the wasm.
const SCRIPT: &str = "a";

/// Classes that Leptos exports for functions on a server of its own, which this project has not.
/// Each would keep its code.
const UNUSED: [&str; 3] =
    ["IntoUnderlyingByteSource", "IntoUnderlyingSink", "IntoUnderlyingSource"];

/// A wasm and its script with short names between them, and without the classes that nobody uses.
/// `module` is what the wasm imports the script as.
pub fn shortened(wasm: &[u8], script: &str, module: &str) -> Result<(Vec<u8>, String)> {
    let mut names = Names { module, short: BTreeMap::new() };
    let mut short = Module::new();
    names
        .parse_core_module(&mut short, wasmparser::Parser::new(0), wasm)
        .map_err(|why| anyhow!("the wasm could not be read: {why}"))?;
    ensure!(!names.short.is_empty(), "the wasm imports nothing from {module}");

    let mut script = script.to_owned();
    for class in UNUSED {
        script = without_class(&script, class)?;
    }
    let quoted = format!("\"{module}\"");
    ensure!(script.matches(&quoted).count() == 1, "the script names {module} not once");
    script = script.replace(&quoted, &format!("\"{SCRIPT}\""));
    let mut text = String::with_capacity(script.len());
    let mut given = 0;
    for line in script.lines() {
        // A line for each, in the object that the wasm is given.
        match line.split_once(": ").and_then(|(name, rest)| Some((names.short.get(name)?, rest))) {
            Some((short, rest)) => {
                given += 1;
                text.extend([short, ": ", rest]);
            }
            None => text += line,
        }
        text.push('\n');
    }
    ensure!(given == names.short.len(), "the script gives {given} of {}", names.short.len());
    Ok((short.finish(), text))
}

/// The script without a class, as wasm-bindgen writes it: the class up to the line that lets it be
/// disposed of, what exports it, and what ends it when it is forgotten.
fn without_class(script: &str, class: &str) -> Result<String> {
    let blocks = [
        (format!("class {class} {{"), format!("if (Symbol.dispose) {class}.")),
        (format!("exports.{class} = "), format!("exports.{class} = ")),
        (format!("const {class}Finalization = "), ": new FinalizationRegistry(".to_owned()),
    ];
    let mut text = String::with_capacity(script.len());
    let mut end = None::<&str>;
    for line in script.lines() {
        let plain = line.strip_prefix("export ").unwrap_or(line);
        let begun = blocks.iter().find(|(begin, _)| plain.starts_with(begin.as_str()));
        end = end.or(begun.map(|(_, end)| end.as_str()));
        match end {
            Some(last) if plain.starts_with(last) => end = None,
            Some(_) => {}
            None => text.extend([line, "\n"]),
        }
    }
    ensure!(end.is_none(), "the script's class {class} does not end");
    let left = text.lines().find(|line| line.contains(class));
    ensure!(left.is_none(), "the script uses {class}: {}", left.unwrap_or_default());
    Ok(text)
}

struct Names<'a> {
    module: &'a str,
    /// Each name that is long, and the short one.
    short: BTreeMap<String, String>,
}

impl Reencode for Names<'_> {
    type Error = Infallible;

    fn parse_import(
        &mut self,
        imports: &mut ImportSection,
        import: Import<'_>,
    ) -> Result<(), Error<Infallible>> {
        let ty = self.entity_type(import.ty)?;
        if import.module == self.module {
            let next = letters(self.short.len());
            let short = self.short.entry(import.name.to_owned()).or_insert(next);
            imports.import(SCRIPT, short, ty);
        } else {
            imports.import(import.module, import.name, ty);
        }
        Ok(())
    }

    fn parse_imports(
        &mut self,
        section: &mut ImportSection,
        imports: wasmparser::Imports<'_>,
    ) -> Result<(), Error<Infallible>> {
        for import in imports {
            let (_, import) = import?;
            self.parse_import(section, import)?;
        }
        Ok(())
    }

    fn parse_export(
        &mut self,
        exports: &mut ExportSection,
        export: Export<'_>,
    ) -> Result<(), Error<Infallible>> {
        let is_of = |class: &str| {
            let class = class.to_lowercase();
            export.name.strip_prefix("__wbg_").unwrap_or(export.name).starts_with(&(class + "_"))
        };
        if UNUSED.iter().any(|class| is_of(class)) {
            return Ok(());
        }
        wasm_encoder::reencode::utils::parse_export(self, exports, export)
    }
}

/// The names `a`, `b`, … `aa`, in order.
fn letters(mut place: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.extend(char::from_digit(u32::try_from(place % 26).unwrap_or(0) + 10, 36));
        place /= 26;
        if place == 0 {
            return letters.into_iter().rev().collect();
        }
        place -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{letters, shortened, without_class};
    use wasm_encoder::{
        CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection,
        ImportSection, Module, TypeSection,
    };
    use wasmparser::{Parser, Payload};

    /// A wasm that imports two functions of a script and one of another part, and exports two.
    fn wasm() -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("./app_bg.js", "__wbg_now_0123456789abcdef", EntityType::Function(0));
        imports.import("other", "shared", EntityType::Function(0));
        imports.import("./app_bg.js", "__wbg_then_fedcba9876543210", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut exports = ExportSection::new();
        exports.export("main", ExportKind::Func, 3);
        exports.export("intounderlyingsink_close", ExportKind::Func, 3);
        let mut code = CodeSection::new();
        let mut body = Function::new([]);
        body.instructions().end();
        code.function(&body);
        let sections = module.section(&types).section(&imports).section(&functions);
        sections.section(&exports).section(&code);
        module.finish()
    }

    const SCRIPT: &str = "export class IntoUnderlyingSink {\nclose() {\n}\n}\n\
        if (Symbol.dispose) IntoUnderlyingSink.prototype[Symbol.dispose] = 1;\n\
        const import0 = {\n__wbg_now_0123456789abcdef: function() {\n},\n\
        __wbg_then_fedcba9876543210: function() {\n},\n};\n\
        const IntoUnderlyingSinkFinalization = (typeof FinalizationRegistry === 'undefined')\n\
        ? { register: () => {} }\n: new FinalizationRegistry(ptr => 1);\n\
        \"./app_bg.js\": import0,\n";

    #[test]
    fn both_get_the_same_short_names_and_lose_what_nobody_uses() {
        let (short, script) = shortened(&wasm(), SCRIPT, "./app_bg.js").unwrap();
        let (mut imports, mut exports) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(&short) {
            match payload.unwrap() {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import.unwrap();
                        imports.push((import.module.to_owned(), import.name.to_owned()));
                    }
                }
                Payload::ExportSection(section) => {
                    exports.extend(section.into_iter().map(|export| export.unwrap().name));
                }
                _ => {}
            }
        }
        let pair = |module: &str, name: &str| (module.to_owned(), name.to_owned());
        assert_eq!(imports, [pair("a", "a"), pair("other", "shared"), pair("a", "b")]);
        assert_eq!(exports, ["main"]);
        assert_eq!(
            script,
            "const import0 = {\na: function() {\n},\nb: function() {\n},\n};\n\"a\": import0,\n"
        );
    }

    #[test]
    fn what_does_not_fit_is_said() {
        assert!(shortened(&wasm(), SCRIPT, "./other_bg.js").is_err());
        let without = SCRIPT.replace("__wbg_then_fedcba9876543210", "then");
        assert!(shortened(&wasm(), &without, "./app_bg.js").is_err());
        let used = SCRIPT.to_owned() + "IntoUnderlyingSink.__wrap(1);\n";
        assert!(shortened(&wasm(), &used, "./app_bg.js").is_err());
        assert!(without_class("class A {\n}\n", "A").is_err());
    }

    #[test]
    fn names_are_counted_up() {
        let names = [0, 25, 26, 27, 26 + 26 * 26].map(letters);
        assert_eq!(names, ["a", "z", "aa", "ab", "aaa"]);
    }
}

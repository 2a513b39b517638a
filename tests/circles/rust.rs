//! The imports of a crate: each path in its code that leads into another of its files.
use crate::graph::Graph;
use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};

/// Path from the repository's root → text.
pub type Files = BTreeMap<String, String>;

/// A module's or an item's path from the crate's root, the word `crate` left out.
type Path = Vec<String>;

/// Aliases of aliases are followed this far; further is a name that stands for itself.
const ALIASES: usize = 8;

#[derive(Default)]
struct Module {
    file: String,
    children: BTreeSet<String>,
    /// What `use` brings into the module: name → path as it is written.
    names: BTreeMap<String, Path>,
    /// Paths of `use …::*`, as they are written.
    globs: Vec<Path>,
}

/// A path as it stands in the code of a module.
struct Mention {
    module: Path,
    path: Path,
    line: usize,
}

struct Crate<'a> {
    files: &'a Files,
    modules: BTreeMap<Path, Module>,
    mentions: Vec<Mention>,
}

/// Adds the imports of every crate whose files are below these folders: of each `lib.rs` and `main.rs`, and of each program beside them.
pub fn add_imports(graph: &mut Graph, files: &Files) {
    let is_root = |file: &&String| file.ends_with("/lib.rs") || file.ends_with("/main.rs");
    let (roots, others): (Vec<_>, Vec<_>) = files.keys().partition(is_root);
    let mut read = BTreeSet::new();
    for root in roots.into_iter().chain(others) {
        // A file that no crate before it declares is a program of its own.
        if read.contains(root) {
            continue;
        }
        let mut one = Crate { files, modules: BTreeMap::new(), mentions: Vec::new() };
        one.read_file(&[], root);
        one.add_imports(graph);
        read.extend(one.modules.into_values().map(|module| module.file));
    }
}

impl Crate<'_> {
    fn add_imports(&self, graph: &mut Graph) {
        for Mention { module, path, line } in &self.mentions {
            if let Some(target) = self.absolute(module, path, ALIASES) {
                graph.add(&self.modules[module].file, self.file_of(&target), *line);
            }
        }
    }

    fn read_file(&mut self, module: &[String], file: &str) {
        let text = &self.files[file];
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{file} is not Rust: {error}"));
        self.modules.insert(module.to_vec(), Module { file: file.into(), ..Module::default() });
        self.read(module, tokens);
    }

    fn read(&mut self, module: &[String], tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut rest = &tokens[..];
        loop {
            rest = match rest {
                [] => return,
                [TokenTree::Punct(hash), TokenTree::Group(attribute), item @ ..]
                    if hash.as_char() == '#' && attribute.stream().to_string().replace(' ', "") == "cfg(test)" =>
                {
                    after_item(item)
                }
                [TokenTree::Ident(word), TokenTree::Ident(name), body, rest @ ..] if word == "mod" => {
                    self.read_module(module, name, body);
                    rest
                }
                // `pub(in some::path)` says who may import, and imports nothing.
                [TokenTree::Ident(word), TokenTree::Group(_), rest @ ..] if word == "pub" => rest,
                [TokenTree::Ident(word), tree @ ..] if word == "use" => {
                    let end = tree.iter().position(|token| is_punct(token, ';')).unwrap_or(tree.len());
                    self.read_use(module, &[], &tree[..end]);
                    &tree[end..]
                }
                [TokenTree::Ident(_), ..] => {
                    let (path, line, rest) = path_at(rest);
                    if path.len() > 1 {
                        self.mentions.push(Mention { module: module.to_vec(), path, line });
                    }
                    rest
                }
                // A path that starts with `::` begins outside of the crate, and one behind `>` in a type.
                [colon, second, rest @ ..] if is_double_colon(colon, second) => path_at(rest).2,
                [TokenTree::Group(group), rest @ ..] => {
                    self.read(module, group.stream());
                    rest
                }
                [_, rest @ ..] => rest,
            };
        }
    }

    fn read_module(&mut self, parent: &[String], name: &Ident, body: &TokenTree) {
        let name = name.to_string();
        let module = [parent, std::slice::from_ref(&name)].concat();
        let file = self.modules[parent].file.clone();
        if let Some(parent) = self.modules.get_mut(parent) {
            parent.children.insert(name);
        }
        match body {
            TokenTree::Group(body) => {
                self.modules.insert(module.clone(), Module { file, ..Module::default() });
                self.read(&module, body.stream());
            }
            _ => self.read_file(&module, &self.declared(&module, &file)),
        }
    }

    /// The file of `mod name;` in `file`.
    fn declared(&self, module: &[String], file: &str) -> String {
        let (folder, stem) = file.rsplit_once('/').unwrap_or(("", file));
        let in_own_folder = module.len() > 1 && stem != "mod.rs";
        let folder = if in_own_folder { file.trim_end_matches(".rs") } else { folder };
        let name = module.last().map_or("", String::as_str);
        let places = [format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")];
        let found = places.iter().find(|place| self.files.contains_key(*place));
        found.cloned().unwrap_or_else(|| panic!("{file} declares `mod {name};`: neither of {places:?} is there"))
    }

    /// One or more trees of a `use`, with commas between them.
    fn read_use(&mut self, module: &[String], prefix: &[String], trees: &[TokenTree]) {
        for tree in trees.split(|token| is_punct(token, ',')) {
            // `use ::name` begins outside of the crate; `+ use<'a>` is no import.
            if tree.first().is_none_or(|first| prefix.is_empty() && (is_punct(first, ':') || is_punct(first, '<'))) {
                continue;
            }
            let (words, line, end) = path_at(tree);
            let mut path = [prefix, &words].concat();
            match end {
                [.., TokenTree::Group(group)] => {
                    self.read_use(module, &path, &group.stream().into_iter().collect::<Vec<_>>());
                    continue;
                }
                [.., star] if is_punct(star, '*') => {
                    if let Some(module) = self.modules.get_mut(module) {
                        module.globs.push(path.clone());
                    }
                }
                _ => {
                    if path.len() > 1 && path.last().is_some_and(|word| word == "self") {
                        path.pop();
                    }
                    let own = path.last().cloned().unwrap_or_default();
                    let name = if let [.., TokenTree::Ident(alias)] = end { alias.to_string() } else { own };
                    if let Some(module) = self.modules.get_mut(module) {
                        module.names.insert(name, path.clone());
                    }
                }
            }
            let line = if line == 0 { line_of(tree) } else { line };
            self.mentions.push(Mention { module: module.to_vec(), path, line });
        }
    }

    /// Where a path of this module's code leads, from the crate's root; `None` where it leads out of the crate, or names an item of the module.
    fn absolute(&self, module: &[String], path: &[String], aliases: usize) -> Option<Path> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => return Some(rest.to_vec()),
            "self" => return below(module, rest),
            "super" => return below(&module[..module.len().checked_sub(1)?], rest),
            _ => {}
        }
        let here = self.modules.get(module)?;
        if here.children.contains(first) {
            return Some([module, path].concat());
        }
        let aliases = aliases.checked_sub(1)?;
        if let Some(named) = here.names.get(first) {
            return self.absolute(module, &[named, rest].concat(), aliases);
        }
        here.globs.iter().find_map(|glob| {
            let other = self.absolute(module, glob, aliases)?;
            let there = self.modules.get(&other)?;
            let known = there.children.contains(first) || there.names.contains_key(first);
            known.then(|| self.absolute(&other, path, aliases)).flatten()
        })
    }

    /// The file of the innermost module on the way: what stands behind it is an item of that file.
    fn file_of(&self, path: &[String]) -> &str {
        let module = (0..=path.len()).rev().find_map(|length| self.modules.get(&path[..length]));
        module.map_or("", |module| &module.file)
    }
}

/// Where `super::super::…` and the like lead from a module.
fn below(module: &[String], rest: &[String]) -> Option<Path> {
    match rest.split_first() {
        Some((word, rest)) if word == "super" => below(&module[..module.len().checked_sub(1)?], rest),
        _ => Some([module, rest].concat()),
    }
}

/// Words with `::` between them, the line of the first, and what follows; a path that ends in `::` is followed by a group, a star or `<`.
fn path_at(tokens: &[TokenTree]) -> (Path, usize, &[TokenTree]) {
    let mut path = Path::new();
    let mut line = 0;
    let mut rest = tokens;
    while let [TokenTree::Ident(word), after @ ..] = rest {
        if path.is_empty() {
            line = word.span().start().line;
        }
        path.push(word.to_string());
        rest = after;
        match rest {
            [colon, second, after @ ..] if is_double_colon(colon, second) => rest = after,
            _ => break,
        }
    }
    (path, line, rest)
}

/// What follows an item: its body, or its semicolon.
fn after_item(tokens: &[TokenTree]) -> &[TokenTree] {
    let ends = |token: &TokenTree| {
        is_punct(token, ';') || matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
    };
    let end = tokens.iter().position(ends);
    end.map_or(&[], |end| &tokens[end + 1..])
}

fn line_of(tokens: &[TokenTree]) -> usize {
    tokens.first().map_or(0, |token| token.span().start().line)
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn is_double_colon(first: &TokenTree, second: &TokenTree) -> bool {
    matches!(first, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint)
        && is_punct(second, ':')
}

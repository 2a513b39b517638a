//! Files and the imports between them, as arrows; and which arrows lead back to where they started.
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// An import as a pair: the file that imports, and the file that it imports from.
pub type Arrow<'a> = (&'a str, &'a str);

#[derive(Default)]
pub struct Graph {
    /// Importing file → imported file → the line of the first such import.
    arrows: BTreeMap<String, BTreeMap<String, usize>>,
}

impl Graph {
    pub fn add(&mut self, from: &str, to: &str, line: usize) {
        if from != to {
            self.arrows.entry(from.into()).or_default().entry(to.into()).or_insert(line);
        }
    }

    pub fn arrows(&self) -> impl Iterator<Item = Arrow<'_>> {
        self.arrows.iter().flat_map(|(from, targets)| targets.keys().map(move |to| (from.as_str(), to.as_str())))
    }

    /// At least one circle of each knot of files, each written as `a.rs:12 → b.rs:3 → a.rs` with the lines of its imports.
    pub fn circles(&self) -> Vec<String> {
        let mut told = BTreeSet::new();
        let mut circles = Vec::new();
        for file in self.arrows.keys() {
            let Some(circle) = self.targets(file).filter_map(|next| self.shortest(next, file)).min_by_key(Vec::len)
            else {
                continue;
            };
            if circle.iter().any(|file| told.contains(file)) {
                continue;
            }
            circles.push(self.written(file, &circle));
            told.extend(circle);
        }
        circles
    }

    fn targets(&self, from: &str) -> impl Iterator<Item = &str> {
        self.arrows.get(from).into_iter().flatten().map(|(to, _)| to.as_str())
    }

    fn line(&self, from: &str, to: &str) -> Option<usize> {
        self.arrows.get(from)?.get(to).copied()
    }

    /// The files from `start` to `end`, both included.
    fn shortest<'a>(&'a self, start: &'a str, end: &str) -> Option<Vec<&'a str>> {
        let mut came_from = BTreeMap::from([(start, None)]);
        let mut queue = VecDeque::from([start]);
        while let Some(file) = queue.pop_front() {
            if file == end {
                let mut path: Vec<_> = std::iter::successors(Some(file), |file| came_from[file]).collect();
                path.reverse();
                return Some(path);
            }
            for next in self.targets(file) {
                came_from.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    Some(file)
                });
            }
        }
        None
    }

    fn written(&self, start: &str, rest: &[&str]) -> String {
        let mut text = String::new();
        let mut from = start;
        for to in rest {
            let line = self.line(from, to).unwrap_or_default();
            text.extend([from, ":", &line.to_string(), " → "]);
            from = to;
        }
        text + start
    }
}

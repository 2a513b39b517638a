//! The kinds of page that are measured; `cost/pages.js` builds them.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Group {
    Healthy,
    Blank,
    Loading,
}

impl Group {
    pub fn name(self) -> &'static str {
        match self {
            Group::Healthy => "healthy",
            Group::Blank => "blank",
            Group::Loading => "loading",
        }
    }

    /// The verdict that is right for it.
    pub fn state(self) -> &'static str {
        match self {
            Group::Healthy => "content",
            Group::Blank => "blank",
            Group::Loading => "loading",
        }
    }
}

pub struct Kind {
    pub name: &'static str,
    pub group: Group,
}

const fn healthy(name: &'static str) -> Kind {
    Kind { name, group: Group::Healthy }
}

const fn blank(name: &'static str) -> Kind {
    Kind { name, group: Group::Blank }
}

pub static KINDS: [Kind; 22] = [
    healthy("article-list"),
    healthy("flat-list"),
    healthy("table"),
    healthy("form"),
    healthy("menu-first"),
    healthy("scroller"),
    blank("root-transparent"),
    blank("leaves-hidden"),
    blank("root-not-displayed"),
    blank("mask"),
    blank("white-on-white"),
    blank("moved-away"),
    blank("each-away"),
    blank("clipped"),
    blank("empty-boxes"),
    blank("white-boxes"),
    blank("deep"),
    blank("broken-images"),
    blank("blank-text"),
    blank("frame"),
    blank("shadows"),
    Kind { name: "skeleton", group: Group::Loading },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_script_builds_every_kind() {
        let script = include_str!("../../cost/pages.js");
        for kind in &KINDS {
            let name = kind.name;
            assert!(
                script.contains(&format!("\"{name}\": (n)")) || script.contains(&format!(" {name}: (n)")),
                "{name}"
            );
        }
    }
}

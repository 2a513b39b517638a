//! What a person sees, as `look.js` reads it from the page.
use serde_json::Value;

pub const SCRIPT: &str = include_str!("look.js");

/// One prompt of the guard.
#[derive(Clone, Debug)]
pub struct Prompt {
    pub kind: String,
    /// `dialog` or `notice`.
    pub modal: String,
    pub text: String,
    pub choices: Vec<String>,
}

#[derive(Clone)]
pub struct Look(pub Value);

impl Look {
    /// Nothing to read and nothing to see.
    pub fn white(&self) -> bool {
        self.0["white"] == true
    }

    /// The home page with its figures.
    pub fn credit(&self) -> bool {
        self.0["credit"] == true
    }

    pub fn skeleton(&self) -> bool {
        self.0["skeleton"] == true
    }

    pub fn engine(&self) -> bool {
        self.0["engine"] == true
    }

    pub fn complete(&self) -> bool {
        self.0["ready"] == "complete"
    }

    pub fn url(&self) -> &str {
        self.text("url")
    }

    pub fn build(&self) -> &str {
        self.text("build")
    }

    pub fn toast(&self) -> &str {
        self.text("toast")
    }

    pub fn last_resort(&self) -> Option<&str> {
        self.0["lastResort"].as_str()
    }

    /// Which entry scripts ran, in order.
    pub fn ran(&self) -> Vec<&str> {
        self.0["ran"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Errors that boot.js has seen and the engine has not taken yet.
    pub fn buffered(&self) -> &Value {
        &self.0["buffered"]
    }

    pub fn prompts(&self) -> Vec<Prompt> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let prompts = self.0["prompts"].as_array().into_iter().flatten();
        prompts
            .map(|prompt| Prompt {
                kind: text(&prompt["kind"]),
                modal: text(&prompt["modal"]),
                text: text(&prompt["text"]),
                choices: prompt["choices"].as_array().into_iter().flatten().map(text).collect(),
            })
            .collect()
    }

    fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap_or_default()
    }
}

//! The build manifest: what it says, and whether what came in its place may be believed.

use serde::{Deserialize, Serialize};

/// A build manifest as served: `{"build": "1.4.0", "builtAt": 1760000000000, "number": 140, "minimum": 130}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Manifest {
    /// The release's name.
    pub build: String,
    /// Epoch milliseconds; 0 when unknown.
    pub built_at: u64,
    /// Later builds have higher ones; 0 when unknown.
    pub number: u64,
    /// Builds of lower numbers must not be used any more; 0: all may be.
    pub minimum: u64,
    /// Whose builds these are; empty when unknown.
    pub service: String,
}

impl Manifest {
    /// What builds are counted by; 0 when unknown.
    fn count(&self) -> u64 {
        if self.number > 0 { self.number } else { self.built_at }
    }

    /// Whether this running build must not be used any more, by what is served. A limit above what is served itself would lock everybody out.
    pub fn is_below_minimum(&self, served: &Manifest) -> bool {
        let minimum = served.minimum;
        self.count() > 0 && self.count() < minimum && minimum <= served.count()
    }

    /// Whether both are of one release. A number that is only a time tells apart two builds of a release, as two servers may have them.
    pub fn is_same(&self, other: &Manifest) -> bool {
        if self.build.is_empty() || self.build != other.build {
            return self.number > 0 && self.number == other.number;
        }
        self.number == other.number || self.number == 0 || other.number == 0 || other.number == other.built_at
    }
}

/// What came of asking for the manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// 0: there was no answer.
    pub status: u16,
    /// A cache or a worker has answered in the server's place.
    pub kept: bool,
    pub too_long: bool,
    pub html: bool,
    /// `None`: it is no JSON, or something in it is of another type.
    pub manifest: Option<Manifest>,
}

impl Served {
    /// What the server itself says, or why that is not known. An error page, a page for people, or yesterday's copy says nothing of what is live.
    pub fn believed(&self, service: &str) -> Result<&Manifest, &'static str> {
        let Some(manifest) = self.manifest.as_ref().filter(|_| (200..300).contains(&self.status)) else {
            return Err(match self {
                Served { status: 0, .. } => "the build manifest could not be read",
                Served { status: 200..300, too_long: true, .. } => "what is served as the build manifest is too long",
                Served { status: 200..300, html: true, .. } => "HTML is served in place of the build manifest",
                Served { status: 200..300, .. } => "what is served as the build manifest is none",
                _ => "the build manifest is answered with an error status",
            });
        };
        if self.kept {
            return Err("a cache or a service worker answered in the server's place");
        }
        if !service.is_empty() && !manifest.service.is_empty() && manifest.service != service {
            return Err("the build manifest is that of another service");
        }
        Ok(manifest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_is_too_old_below_the_minimum_and_never_by_a_limit_that_nobody_meets() {
        for (running, minimum, served, expected) in
            [(5, 6, 7, true), (5, 5, 7, false), (5, 0, 7, false), (5, 8, 7, false), (0, 6, 7, false), (5, 7, 7, true)]
        {
            let [running, served] = [(running, 0), (served, minimum)].map(|(number, minimum)| Manifest {
                number,
                minimum,
                ..Manifest::default()
            });
            assert_eq!(running.is_below_minimum(&served), expected, "{running:?} {served:?}");
        }
    }

    #[test]
    fn only_a_manifest_by_the_server_itself_is_believed() {
        let good = Served { status: 200, manifest: Some(Manifest::default()), ..Served::default() };
        let of = |service: &str| Some(Manifest { service: service.into(), ..Manifest::default() });
        let cases = [
            (Served::default(), "the build manifest could not be read"),
            (Served { status: 500, ..good.clone() }, "the build manifest is answered with an error status"),
            (
                Served { status: 404, html: true, ..Served::default() },
                "the build manifest is answered with an error status",
            ),
            (Served { html: true, manifest: None, ..good.clone() }, "HTML is served in place of the build manifest"),
            (
                Served { too_long: true, manifest: None, ..good.clone() },
                "what is served as the build manifest is too long",
            ),
            (Served { manifest: None, ..good.clone() }, "what is served as the build manifest is none"),
            (Served { kept: true, ..good.clone() }, "a cache or a service worker answered in the server's place"),
            (Served { manifest: of("cards"), ..good.clone() }, "the build manifest is that of another service"),
        ];
        for (served, reason) in cases {
            assert_eq!(served.believed("loan"), Err(reason), "{served:?}");
        }
        for (served, service) in [
            (good.clone(), "loan"),
            (Served { manifest: of("loan"), ..good.clone() }, "loan"),
            (Served { manifest: of("loan"), ..good }, ""),
        ] {
            assert!(served.believed(service).is_ok(), "{served:?}");
        }
    }
}

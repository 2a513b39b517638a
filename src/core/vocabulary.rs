//! Closed sets of words that others build on: listeners, dashboards, what is kept on the device. Each word is written once, beside its variant; the npm
//! package's types of them are written from here (`tests/public_types.rs`).

/// An enum with a stable code for each of its variants; `ALL` and `CODES` have them in order.
macro_rules! vocabulary {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$about:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        pub enum $name {
            $($(#[$about])* $variant,)+
        }

        impl $name {
            pub const CODES: [&'static str; [$($code),+].len()] = [$($code),+];
            pub const ALL: [$name; $name::CODES.len()] = [$($name::$variant),+];

            pub fn code(self) -> &'static str {
                match self {
                    $($name::$variant => $code,)+
                }
            }

            pub fn from_code(code: &str) -> Option<$name> {
                let place = $name::CODES.iter().position(|word| *word == code)?;
                Some($name::ALL[place])
            }
        }
    };
}

pub(crate) use vocabulary;

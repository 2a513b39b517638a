//! The rows of the retry suite. In a row's page `ran` notes what ran and `heard` what the page's own listeners heard.
mod attributes;
mod calls;
mod disguises;
mod hanging;
mod harmless;
mod hooks;
mod input;
mod kinds;
mod order;
mod parts;
mod policy;
mod trusted;
mod workers;

use super::row::Row;

pub fn all() -> impl Iterator<Item = &'static Row> + Clone {
    [
        kinds::ROWS,
        parts::ROWS,
        workers::ROWS,
        attributes::ROWS,
        trusted::ROWS,
        hanging::ROWS,
        harmless::ROWS,
        order::ROWS,
        disguises::ROWS,
        policy::ROWS,
        calls::ROWS,
        hooks::ROWS,
        input::ROWS,
    ]
    .into_iter()
    .flatten()
}

//! Dates and times as text, from the system's clock; UTC throughout.

use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) const DAY_MS: u64 = 86_400_000;

/// Milliseconds since 1970. A clock before that counts as 0.
pub(crate) fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(u64::MAX))
}

/// `2026-01-31`.
pub(crate) fn date(epoch_ms: u64) -> String {
    let (year, month, day) = civil(epoch_ms / DAY_MS);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2026-01-31T08:00:59Z`.
pub(crate) fn iso(epoch_ms: u64) -> String {
    let second = epoch_ms / 1000 % 86_400;
    format!("{}T{:02}:{:02}:{:02}Z", date(epoch_ms), second / 3600, second / 60 % 60, second % 60)
}

/// Days since 1970 to year, month, day: Howard Hinnant's `civil_from_days`, for days that are not negative.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates_across_leap_years() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_767_225_599_999, "2025-12-31T23:59:59Z"),
            (1_772_323_200_000, "2026-03-01T00:00:00Z"),
        ] {
            assert_eq!(iso(ms), text);
        }
    }
}

//! What a judge's word about a page is worth, and the figures of many.
use crate::table::Label;

/// What a judge made of a page.
#[derive(Clone, Debug, Default)]
pub struct Opinion {
    /// The fault that was told: blank, partial, loading.
    pub told: Option<String>,
    /// Its cause, from a judge that names causes.
    pub cause: Option<String>,
    /// The last verdict, from a judge that gives verdicts.
    pub last: Option<String>,
    /// When the fault was told, since navigation.
    pub ms: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// A fault told, or content or nothing to be said left alone.
    Right,
    /// A fault not told.
    Missed,
    /// Told on a page that has none.
    FalseAlarm,
    /// Content, and not called so.
    NotProved,
    /// Called content, where no verdict is right.
    WrongContent,
}

impl Grade {
    pub fn name(self) -> &'static str {
        match self {
            Grade::Right => "right",
            Grade::Missed => "missed",
            Grade::FalseAlarm => "false alarm",
            Grade::NotProved => "not proved",
            Grade::WrongContent => "wrongly content",
        }
    }
}

pub fn grade(label: Label, opinion: &Opinion) -> Grade {
    let last = opinion.last.as_deref();
    match (label.faulty(), opinion.told.is_some()) {
        (true, false) => Grade::Missed,
        (false, true) => Grade::FalseAlarm,
        (false, false) if label == Label::Content && last.is_some_and(|last| last != "content") => Grade::NotProved,
        (false, false) if label == Label::None && last == Some("content") => Grade::WrongContent,
        (true, true) | (false, false) => Grade::Right,
    }
}

/// Figures of a judge over pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    pub pages: usize,
    pub faulty: usize,
    pub recalled: usize,
    pub false_alarms: usize,
    pub wrong_content: usize,
    pub not_proved: usize,
    /// Recalled with the very label.
    pub exact: usize,
    /// Recalled with the right cause.
    pub cause: usize,
    /// Of the recalled, sorted.
    pub times_ms: Vec<f64>,
}

impl Score {
    pub fn add(&mut self, label: Label, cause: &str, opinion: &Opinion) {
        self.pages += 1;
        self.faulty += usize::from(label.faulty());
        match grade(label, opinion) {
            Grade::Right if label.faulty() => {
                self.recalled += 1;
                self.exact += usize::from(opinion.told.as_deref() == Some(label.name()));
                self.cause += usize::from(opinion.cause.as_deref() == Some(cause));
                self.times_ms.extend(opinion.ms);
                self.times_ms.sort_by(f64::total_cmp);
            }
            Grade::Right | Grade::Missed => {}
            Grade::FalseAlarm => self.false_alarms += 1,
            Grade::NotProved => self.not_proved += 1,
            Grade::WrongContent => self.wrong_content += 1,
        }
    }

    /// The time within which this share of the recalled faults was told.
    pub fn within(&self, share: f64) -> Option<f64> {
        let rank = (share * self.times_ms.len() as f64).ceil() as usize;
        self.times_ms.get(rank.saturating_sub(1)).copied()
    }

    /// Every fault told, and nothing else told.
    pub fn verdicts_hold(&self) -> bool {
        self.recalled == self.faulty && self.false_alarms == 0 && self.wrong_content == 0
    }

    /// Nearly always for the right reason.
    pub fn causes_hold(&self) -> bool {
        self.cause as f64 >= CAUSE_LIMIT * self.recalled as f64
    }
}

/// Share of recalled faults whose cause must be right.
pub const CAUSE_LIMIT: f64 = 0.95;

#[cfg(test)]
mod tests {
    use super::*;

    fn said(told: &str, last: &str) -> Opinion {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
        Opinion { told: some(told), last: some(last), cause: some("api"), ms: Some(10.0) }
    }

    #[test]
    fn each_word_about_each_kind_of_page_has_its_grade() {
        for (label, told, last, wanted) in [
            (Label::Blank, "blank", "blank", Grade::Right),
            (Label::Blank, "partial", "partial", Grade::Right),
            (Label::Loading, "", "loading", Grade::Missed),
            (Label::Content, "", "content", Grade::Right),
            (Label::Content, "loading", "content", Grade::FalseAlarm),
            (Label::Content, "", "unknown", Grade::NotProved),
            // A peer gives no verdicts.
            (Label::Content, "", "", Grade::Right),
            (Label::None, "", "unknown", Grade::Right),
            (Label::None, "", "content", Grade::WrongContent),
            (Label::None, "blank", "blank", Grade::FalseAlarm),
        ] {
            assert_eq!(grade(label, &said(told, last)), wanted, "{label:?} {told} {last}");
        }
    }

    #[test]
    fn figures_count_what_was_recalled_and_the_limits_hold_or_not() {
        let mut score = Score::default();
        score.add(Label::Blank, "api", &said("blank", "blank"));
        score.add(Label::Partial, "api", &said("blank", "blank"));
        score.add(Label::Content, "-", &said("", "content"));
        assert_eq!((score.pages, score.faulty, score.recalled, score.exact, score.cause), (3, 2, 2, 1, 2));
        assert!(score.verdicts_hold() && score.causes_hold());
        let mut wrong_cause = score.clone();
        wrong_cause.add(Label::Blank, "script", &said("blank", "blank"));
        assert!(!wrong_cause.causes_hold());
        for (label, told, last) in
            [(Label::Blank, "", "content"), (Label::Content, "blank", ""), (Label::None, "", "content")]
        {
            let mut worse = score.clone();
            worse.add(label, "api", &said(told, last));
            assert!(!worse.verdicts_hold(), "{label:?}");
        }
    }

    #[test]
    fn a_share_of_times_is_the_time_within_which_so_many_were_told() {
        let mut score = Score { times_ms: (1..=10).map(f64::from).collect(), ..Score::default() };
        assert_eq!((score.within(0.5), score.within(0.9)), (Some(5.0), Some(9.0)));
        score.times_ms.clear();
        assert_eq!(score.within(0.5), None);
    }
}

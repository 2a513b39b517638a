//! The server's time, learnt from the `Date` of its answers: what a device's clock says may be wrong by years.
//!
//! What is kept is the difference to the time that has passed in this page. Each answer bounds it from both sides, because the server wrote its date
//! after the request was sent and before the answer was heard; what several answers leave of it is narrower than a second.

use crate::core::time::Millis;

/// `Date` and `Age` are in whole seconds.
const SECOND: Millis = Millis(1_000);
/// An answer that took longer tells too little, or the device slept meanwhile.
const SLOW: Millis = Millis(30_000);
/// The page's clock and the device's may differ by so much without a reason.
const TOLERANCE: Millis = Millis(2_000);

/// What an answer said of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated {
    /// `Date`, in epoch milliseconds.
    pub date: u64,
    /// `Age`: so long ago a cache on the way had it from the server.
    pub age: Millis,
    /// On the page's own clock.
    pub sent: Millis,
    pub heard: Millis,
    /// No cache of the browser's can have given it, whose dates are old.
    pub fresh: bool,
}

/// Time as this page has it. Epochs are in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServerTime {
    /// While the device slept, the page's clock may have stood still for so long in all.
    slept: Millis,
    /// When that was last corrected: what was sent before tells nothing any more.
    corrected: Millis,
    /// What the device's clock showed when no time had passed here.
    device: Millis,
    /// What the server's did: at least, and at most.
    server: Option<(Millis, Millis)>,
    /// The device's clock went on by more than the page's: the device slept, or its clock was set.
    jumped: bool,
}

impl ServerTime {
    /// Time that has passed in this page, sleep included.
    pub fn passed(&self, now: Millis) -> Millis {
        now + self.slept
    }

    /// The page's own clock at that time.
    pub fn when(&self, passed: Millis) -> Millis {
        passed - self.slept
    }

    /// What the server's clock showed when no time had passed here; the device's where no server has told.
    pub fn origin(&self) -> Millis {
        self.server.map_or(self.device, |(least, most)| least + Millis((most - least).0 / 2))
    }

    /// The server's time, in epoch milliseconds.
    pub fn epoch(&self, now: Millis) -> u64 {
        (self.origin() + self.passed(now)).0
    }

    /// A server has told.
    pub fn is_known(&self) -> bool {
        self.server.is_some()
    }

    /// The device's clock has jumped, and no server has said since whether time did.
    pub fn is_unsure(&self) -> bool {
        self.jumped
    }

    /// The device's clock at the start of the engine.
    pub fn start(&mut self, now: Millis, epoch: u64) {
        self.device = Millis(epoch) - now;
    }

    /// What the device's clock says now.
    pub fn read(&mut self, now: Millis, epoch: u64) {
        let device = Millis(epoch) - self.passed(now);
        let ahead = device - self.device;
        if ahead <= TOLERANCE || self.is_known() {
            self.jumped |= ahead > TOLERANCE;
            self.device = device;
        } else {
            // Nobody else tells: sleep is far more frequent than a clock that is set.
            self.slept = self.slept + ahead;
            self.corrected = now;
        }
    }

    /// An answer that says when it was written.
    pub fn told(&mut self, told: &Dated) {
        if told.heard - told.sent > SLOW || told.sent < self.corrected {
            return;
        }
        let written = Millis(told.date) + told.age;
        let precision = if told.age == Millis(0) { SECOND } else { SECOND + SECOND };
        let least = written - self.passed(told.heard);
        let most = written + precision - self.passed(told.sent);
        match self.server {
            // Of a cached answer only this is sure: it was not written later.
            Some((_, known)) if !told.fresh && least > known => self.server = None,
            _ if !told.fresh => {}
            Some((l, m)) if least <= m && l <= most => {
                self.server = Some((l.max(least), m.min(most)));
                self.jumped = false;
            }
            Some((_, known)) if self.jumped && least > known => {
                // Time went on as the device's clock did, and the page's clock has not counted it.
                let asleep = least + Millis((most - least).0 / 2) - self.origin();
                self.slept = self.slept + asleep;
                self.corrected = told.heard;
                self.device = self.device - asleep;
                self.server = Some((least - asleep, most - asleep));
                self.jumped = false;
            }
            _ => {
                self.server = Some((least, most));
                self.jumped = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: u64 = 1_760_000_000_000;
    const YEARS: u64 = 10 * 365 * 86_400_000;

    fn on(clock: u64) -> ServerTime {
        let mut time = ServerTime::default();
        time.start(Millis(100), clock);
        time
    }

    /// The answer of a server that is right: it was noon when the page was opened.
    fn answer(sent: u64, written: u64, heard: u64) -> Dated {
        let date = (NOON + written) / 1_000 * 1_000;
        Dated { date, age: Millis(0), sent: Millis(sent), heard: Millis(heard), fresh: true }
    }

    fn off(time: &ServerTime, now: u64) -> u64 {
        time.epoch(Millis(now)).abs_diff(NOON + now)
    }

    #[test]
    fn a_clock_that_is_wrong_by_years_does_not_matter_once_a_server_has_told() {
        for clock in [NOON - YEARS, NOON + YEARS, 0, NOON] {
            let mut time = on(clock);
            assert!(!time.is_known());
            time.told(&answer(1_000, 1_040, 1_080));
            assert!(time.is_known() && off(&time, 5_000) <= 600, "{clock}: {}", off(&time, 5_000));
        }
    }

    #[test]
    fn several_answers_tell_it_closer_than_a_second() {
        let mut time = on(NOON + YEARS);
        for n in 0..40 {
            let sent = 1_000 + n * 1_037;
            time.told(&answer(sent, sent + 20, sent + 40));
        }
        assert!(off(&time, 60_000) < 60, "{}", off(&time, 60_000));
    }

    #[test]
    fn a_slow_answer_is_taken_for_half_of_its_way() {
        let mut time = on(0);
        time.told(&answer(1_000, 5_000, 9_000));
        assert!(off(&time, 9_000) <= 500);
        let mut time = on(0);
        time.told(&answer(1_000, 40_000, 60_000));
        assert!(!time.is_known(), "too slow to tell anything");
    }

    #[test]
    fn what_a_cache_on_the_way_kept_is_older_by_its_age() {
        let mut time = on(0);
        time.told(&Dated { age: Millis(3_600_000), date: NOON - 3_600_000, ..answer(1_000, 0, 1_000) });
        assert!(off(&time, 1_000) <= 1_000 + 1_000);
    }

    #[test]
    fn what_the_browser_kept_does_not_turn_time_back() {
        let cached = |date| Dated { date, fresh: false, ..answer(2_000, 0, 2_001) };
        let mut time = on(NOON + YEARS);
        time.told(&cached(NOON - 86_400_000));
        assert!(!time.is_known());
        time.told(&answer(3_000, 3_000, 3_001));
        time.told(&cached(NOON - 86_400_000));
        assert!(off(&time, 4_000) <= 600);
        time.told(&cached(NOON + 86_400_000));
        assert!(!time.is_known(), "written later than what was taken for now: it must be asked anew");
    }

    #[test]
    fn the_sleep_of_a_device_counts_and_a_clock_that_is_set_does_not() {
        let hour = 3_600_000;
        let mut slept = on(NOON - YEARS);
        slept.told(&answer(1_000, 1_000, 1_001));
        slept.read(Millis(10_000), NOON - YEARS + 10_000 + hour);
        assert!(slept.is_unsure() && slept.passed(Millis(10_000)) == Millis(10_000), "not before a server has said so");
        slept.told(&answer(10_100, 10_100 + hour, 10_101));
        assert!(!slept.is_unsure());
        assert!(slept.passed(Millis(10_200)).0.abs_diff(10_200 + hour) <= 1_100);
        assert!(slept.epoch(Millis(10_200)).abs_diff(NOON + 10_200 + hour) <= 1_100);
        slept.read(Millis(20_000), NOON - YEARS + 20_000 + hour);
        assert!(!slept.is_unsure(), "known by now");

        let mut set = on(NOON - YEARS);
        set.told(&answer(1_000, 1_000, 1_001));
        set.read(Millis(10_000), NOON + 10_000);
        assert!(set.is_unsure());
        set.told(&answer(10_100, 10_100, 10_101));
        assert!(!set.is_unsure() && set.passed(Millis(10_200)) == Millis(10_200));
        assert!(off(&set, 10_200) <= 600);
        set.read(Millis(20_000), NOON + 20_000);
        assert!(!set.is_unsure());
    }

    #[test]
    fn without_a_server_the_device_is_believed() {
        let mut time = on(NOON + 100);
        time.read(Millis(10_000), NOON + 3_610_000);
        assert_eq!(time.passed(Millis(10_000)), Millis(3_610_000), "slept");
        assert_eq!(time.epoch(Millis(10_000)), NOON + 3_610_000);
        time.read(Millis(11_000), NOON - YEARS);
        assert_eq!(time.passed(Millis(11_000)), Millis(3_611_000), "time does not go back");
        assert_eq!(time.epoch(Millis(11_000)), NOON - YEARS);
    }

    #[test]
    fn an_answer_on_its_way_over_a_sleep_tells_nothing() {
        let mut time = on(NOON);
        time.read(Millis(10_000), NOON + 3_610_000);
        time.told(&answer(9_000, 3_610_000, 10_100));
        assert!(!time.is_known());
    }
}

//! Days by UTC, as the ledger counts them: from 1970-01-01.

use std::{fmt, str::FromStr};

use interview::Timestamp;

const DAY_US: i64 = 86_400_000_000;

/// A UTC day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i64);

impl Day {
    /// The day that a time is in.
    pub fn of(at: Timestamp) -> Day {
        Day(at.0.div_euclid(DAY_US))
    }

    /// When the next day begins.
    pub fn end(self) -> Timestamp {
        Timestamp((self.0 + 1) * DAY_US)
    }
}

/// `2026-11-22`; Gregorian, by counting years from March.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Not a date of the calendar between 1970 and 9999.
#[derive(Debug, PartialEq, Eq)]
pub struct NoDay;

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Day, NoDay> {
        let number = |part: Option<&str>, digits: usize| {
            let part = part.filter(|p| p.len() == digits && p.bytes().all(|b| b.is_ascii_digit()));
            part.and_then(|p| p.parse::<i64>().ok()).ok_or(NoDay)
        };
        let mut parts = text.split('-');
        let (year, month, day) = (number(parts.next(), 4)?, number(parts.next(), 2)?, number(parts.next(), 2)?);
        if parts.next().is_some() || !(1970..=9999).contains(&year) || !(1..=12).contains(&month) {
            return Err(NoDay);
        }
        let (y, from_march) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let (era, year_of_era) = (y / 400, y % 400);
        let of_year = (153 * from_march + 2) / 5 + day - 1;
        let found = Day(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719_468);
        // A day that the month does not have names another one.
        if found.to_string() == text { Ok(found) } else { Err(NoDay) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_names_and_names_have_days() {
        for (day, name) in [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_779, "2026-11-22")] {
            assert_eq!((Day(day).to_string().as_str(), name.parse()), (name, Ok(Day(day))));
        }
        for day in (0..60_000).step_by(13) {
            assert_eq!(Day(day).to_string().parse(), Ok(Day(day)));
        }
        for wrong in ["", "2026", "2026-11-31", "2026-02-29", "2026-13-01", "26-11-22", "2026-11-22-1", "2026-1-2"] {
            assert_eq!(wrong.parse::<Day>(), Err(NoDay), "{wrong}");
        }
    }

    #[test]
    fn a_day_ends_at_midnight() {
        let noon = Timestamp(20_779 * DAY_US + DAY_US / 2);
        assert_eq!((Day::of(noon), Day::of(Day::of(noon).end())), (Day(20_779), Day(20_780)));
    }
}

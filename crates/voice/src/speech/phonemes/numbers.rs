//! Numbers as words: counts, decimals, ordinals, years, money, percentages, times.

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: [(u64, &str); 4] =
    [(1_000_000_000_000, "trillion"), (1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand")];

/// The words of a text such as `1,250`, `3.5%`, `$40`, `2nd`, `2019`, `10:30`; `None` if it is no number.
pub fn words(text: &str) -> Option<Vec<String>> {
    let (text, unit) = match text.strip_suffix('%') {
        Some(rest) => (rest, Some("percent")),
        None => (text, None),
    };
    for (symbol, one, many) in [('$', "dollar", "dollars"), ('€', "euro", "euros"), ('£', "pound", "pounds")] {
        if let Some(amount) = text.strip_prefix(symbol) {
            let mut words = plain(amount)?;
            words.push(if amount == "1" { one } else { many }.to_string());
            return Some(words);
        }
    }
    let mut words = plain(text)?;
    words.extend(unit.map(str::to_string));
    Some(words)
}

fn plain(text: &str) -> Option<Vec<String>> {
    if let Some(rest) = text.strip_prefix('-') {
        let mut words = vec!["minus".to_string()];
        words.extend(plain(rest)?);
        return Some(words);
    }
    if let Some((hours, minutes)) = text.split_once(':') {
        return time(hours, minutes);
    }
    for suffix in ["st", "nd", "rd", "th"] {
        if let Some(digits) = text.strip_suffix(suffix) {
            return count(digits).map(ordinal);
        }
    }
    if let Some((whole, fraction)) = text.split_once('.') {
        let mut words = count(if whole.is_empty() { "0" } else { whole })?;
        words.push("point".to_string());
        words.extend(digits(fraction)?);
        return Some(words);
    }
    let is_year = text.len() == 4 && text.starts_with(['1', '2']) && &text[1..2] != "0";
    match text.parse::<u64>() {
        Ok(year) if is_year || (2010..2100).contains(&year) => Some(year_words(year)),
        _ => count(text),
    }
}

/// Digit by digit.
pub fn digits(text: &str) -> Option<Vec<String>> {
    let word = |c: char| c.to_digit(10).map(|d| ONES[d as usize].to_string());
    if text.is_empty() { None } else { text.chars().map(word).collect() }
}

fn time(hours: &str, minutes: &str) -> Option<Vec<String>> {
    let (h, m) = (hours.parse::<u64>().ok()?, minutes.parse::<u64>().ok()?);
    if h > 24 || m > 59 || minutes.len() != 2 {
        return None;
    }
    let mut words = count_words(h);
    match m {
        0 => words.push("o'clock".to_string()),
        1..10 => words.extend(["oh".to_string(), ONES[m as usize].to_string()]),
        _ => words.extend(count_words(m)),
    }
    Some(words)
}

fn count(text: &str) -> Option<Vec<String>> {
    let digits_only: String = text.chars().filter(|c| *c != ',').collect();
    if digits_only.is_empty() || !digits_only.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    match digits_only.parse::<u64>() {
        Ok(n) if n < 1_000_000_000_000_000 && !(digits_only.len() > 1 && digits_only.starts_with('0')) => {
            Some(count_words(n))
        }
        _ => digits(&digits_only),
    }
}

fn count_words(n: u64) -> Vec<String> {
    if n < 20 {
        return vec![ONES[n as usize].to_string()];
    }
    let with_rest = |mut head: Vec<String>, rest: u64| {
        if rest > 0 {
            head.extend(count_words(rest));
        }
        head
    };
    if n < 100 {
        return with_rest(vec![TENS[(n / 10) as usize].to_string()], n % 10);
    }
    if n < 1000 {
        return with_rest(vec![ONES[(n / 100) as usize].to_string(), "hundred".to_string()], n % 100);
    }
    let scale = SCALES.iter().find(|(size, _)| n >= *size);
    let (size, name) = scale.copied().unwrap_or((1000, "thousand"));
    let mut head = count_words(n / size);
    head.push(name.to_string());
    with_rest(head, n % size)
}

fn year_words(year: u64) -> Vec<String> {
    let (century, rest) = (year / 100, year % 100);
    let mut words = count_words(century);
    match rest {
        0 => words.push("hundred".to_string()),
        1..10 => words.extend(["oh".to_string(), ONES[rest as usize].to_string()]),
        _ => words.extend(count_words(rest)),
    }
    words
}

fn ordinal(mut words: Vec<String>) -> Vec<String> {
    if let Some(last) = words.pop() {
        words.push(match last.as_str() {
            "one" => "first".to_string(),
            "two" => "second".to_string(),
            "three" => "third".to_string(),
            "five" => "fifth".to_string(),
            "eight" => "eighth".to_string(),
            "nine" => "ninth".to_string(),
            "twelve" => "twelfth".to_string(),
            tens if tens.ends_with('y') => format!("{}ieth", &tens[..tens.len() - 1]),
            other => format!("{other}th"),
        });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spoken_as_people_do() {
        let table = [
            ("0", "zero"),
            ("17", "seventeen"),
            ("42", "forty two"),
            ("305", "three hundred five"),
            ("1,250", "one thousand two hundred fifty"),
            ("2000000", "two million"),
            ("3.05", "three point zero five"),
            ("4%", "four percent"),
            ("$40", "forty dollars"),
            ("$1", "one dollar"),
            ("21st", "twenty first"),
            ("30th", "thirtieth"),
            ("1998", "nineteen ninety eight"),
            ("2005", "two thousand five"),
            ("2024", "twenty twenty four"),
            ("10:30", "ten thirty"),
            ("9:05", "nine oh five"),
            ("-5", "minus five"),
            ("007", "zero zero seven"),
        ];
        for (text, expected) in table {
            assert_eq!(words(text).map(|words| words.join(" ")).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "abc", "1a", "10:99", "%", "3.", "1.2.3"] {
            assert_eq!(words(text), None, "{text}");
        }
    }
}

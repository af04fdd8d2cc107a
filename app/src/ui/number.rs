//! Numbers as people read them.

use crate::texts::Locale;

/// With one decimal, and Québec's comma: `45,0`.
pub fn decimal(value: f64, locale: Locale) -> String {
    let text = format!("{value:.1}");
    match locale {
        Locale::Fr => text.replace('.', ","),
        Locale::En => text,
    }
}

/// As short as it is exact: `45`, `12,5`.
pub fn plain(value: f64, locale: Locale) -> String {
    let text = value.to_string();
    match locale {
        Locale::Fr => text.replace('.', ","),
        Locale::En => text,
    }
}

/// A ratio (0 to 1) as a whole percentage: `33 %`, `33%`.
pub fn percent(ratio: f64, locale: Locale) -> String {
    let whole = (ratio * 100.0).round();
    match locale {
        Locale::Fr => format!("{whole}\u{a0}%"),
        Locale::En => format!("{whole}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_numbers_take_a_comma_and_a_spaced_percent_sign() {
        assert_eq!(decimal(45.0, Locale::Fr), "45,0");
        assert_eq!(decimal(45.04, Locale::En), "45.0");
        assert_eq!(plain(12.5, Locale::Fr), "12,5");
        assert_eq!(percent(1.0 / 3.0, Locale::Fr), "33\u{a0}%");
        assert_eq!(percent(1.0 / 3.0, Locale::En), "33%");
    }
}

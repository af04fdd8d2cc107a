use casework::{
    directory::{Opening, Service, Weekday},
    wire::v1::HOUSEHOLD_LANGUAGES,
};
use leptos::prelude::*;

use crate::texts::{self, Locale, Text, directory, field_visit};

/// How a service is reached, where, when and for whom: the same for the brigade and for everybody.
#[component]
pub fn ServiceFacts(
    /// What is known of it.
    service: Service,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let join = |names: Vec<&'static str>| names.join(", ");
    let needs = join(service.needs.iter().map(|need| directory::need(*need).get(locale)).collect());
    let areas = if service.areas.is_empty() { directory::AREAS_UNSTATED.get(locale).to_owned() } else { areas_named(&service, locale) };
    // In the order of the list, which begins with the languages of work.
    let languages = HOUSEHOLD_LANGUAGES.iter().filter(|code| service.languages.contains(**code));
    let languages = join(languages.map(|code| field_visit::language(code).get(locale)).collect());
    let address = service.address.as_ref().map(|address| format!("{}, {} {}", address.street, address.city, address.postal_code));
    let hours = hours_lines(&service.hours, locale);
    let hours = (!hours.is_empty() || !service.hours_note.is_empty()).then(|| {
        let lines = hours.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        let note = (!service.hours_note.is_empty()).then(|| view! { <li class="muted">{service.hours_note.clone()}</li> });
        view! {
            <div>
                <dt>{directory::HOURS.get(locale)}</dt>
                <dd>
                    <ul class="plain-list">{lines} {note}</ul>
                </dd>
            </div>
        }
    });
    let site = (!service.site.is_empty()).then(|| {
        let shown = service.site.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/').to_owned();
        // Where one goes from here is not told there.
        let link = view! { <a href=service.site.clone() rel="external noopener noreferrer">{shown}</a> };
        fact(directory::SITE, link.into_any(), locale)
    });
    let email = (!service.email.is_empty()).then(|| fact(directory::EMAIL, mail(&service.email).into_any(), locale));
    let telephone = (!service.telephone.is_empty()).then(|| fact(directory::TELEPHONE, call(&service.telephone).into_any(), locale));
    let text = |name: Text, value: String| (!value.is_empty()).then(|| fact(name, value.into_any(), locale));
    view! {
        <dl class="service-facts">
            {telephone}
            {hours}
            {text(directory::ADDRESS, address.unwrap_or_default())}
            {email}
            {site}
            {text(directory::AREAS, areas)}
            {text(directory::NEEDS, needs)}
            {text(directory::LANGUAGES, languages)}
            {text(directory::ELIGIBILITY, service.eligibility.clone())}
        </dl>
    }
}

fn fact(name: Text, value: AnyView, locale: Locale) -> impl IntoView {
    view! {
        <div>
            <dt>{name.get(locale)}</dt>
            <dd>{value}</dd>
        </div>
    }
}

/// A number that a telephone dials; as it is written for a person.
pub fn call(number: &str) -> impl IntoView + use<> {
    let main = number.split([',', 'p', 'x']).next().unwrap_or(number);
    let digits: String = main.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect();
    view! { <a class="no-wrap" href=format!("tel:{digits}")>{number.to_owned()}</a> }
}

pub fn mail(address: &str) -> impl IntoView + use<> {
    view! { <a class="service-facts__long" href=format!("mailto:{address}")>{address.to_owned()}</a> }
}

/// Where it goes, in words.
pub fn areas_named(service: &Service, locale: Locale) -> String {
    service.areas.iter().map(|area| directory::area(*area).get(locale)).collect::<Vec<_>>().join(", ")
}

/// The week in as few lines as it takes: days one after the other that open alike stand together.
pub fn hours_lines(hours: &[Opening], locale: Locale) -> Vec<String> {
    let stretches =
        |day: Weekday| -> Vec<(_, _)> { hours.iter().filter(|opening| opening.day == day).map(|opening| (opening.opens, opening.closes)).collect() };
    let mut runs: Vec<(Weekday, Weekday, Vec<(_, _)>)> = Vec::new();
    for (place, day) in Weekday::ALL.iter().enumerate() {
        let of_day = stretches(*day);
        if of_day.is_empty() {
            continue;
        }
        let is_next = |last: Weekday| Weekday::ALL.iter().position(|known| *known == last).is_some_and(|before| before + 1 == place);
        match runs.last_mut() {
            Some((_, last, same)) if *same == of_day && is_next(*last) => *last = *day,
            _ => runs.push((*day, *day, of_day)),
        }
    }
    let clock = |time: casework::directory::TimeOfDay| match locale {
        Locale::Fr if time.minute() == 0 => format!("{}\u{a0}h", time.hour()),
        Locale::Fr => format!("{}\u{a0}h\u{a0}{:02}", time.hour(), time.minute()),
        Locale::En => format!("{}:{:02}", time.hour(), time.minute()),
    };
    runs.into_iter()
        .map(|(first, last, stretches)| {
            let (first_name, last_name) = (directory::day(first).get(locale), directory::day(last).get(locale));
            let days =
                if first == last { first_name.to_owned() } else { texts::fill(directory::DAYS_TO.get(locale), &[("first", first_name), ("last", last_name)]) };
            let hours = stretches.into_iter().map(|(opens, closes)| format!("{}\u{a0}–\u{a0}{}", clock(opens), clock(closes))).collect::<Vec<_>>().join(", ");
            texts::fill(directory::DAYS_AND_HOURS.get(locale), &[("days", &days), ("hours", &hours)])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use casework::directory::read_hours;

    use super::*;

    fn week(days: &[(Weekday, &str)]) -> Vec<Opening> {
        days.iter().flat_map(|(day, text)| read_hours(*day, text).unwrap_or_default()).collect()
    }

    #[test]
    fn days_that_open_alike_stand_together() {
        use Weekday::{Friday, Monday, Saturday, Tuesday, Wednesday};
        let hours = week(&[(Monday, "9-12"), (Tuesday, "9-12"), (Wednesday, "9-12, 13-16:30"), (Friday, "9-12"), (Saturday, "10-14")]);
        let fr = [
            "lundi à mardi\u{a0}: 9\u{a0}h\u{a0}–\u{a0}12\u{a0}h",
            "mercredi\u{a0}: 9\u{a0}h\u{a0}–\u{a0}12\u{a0}h, 13\u{a0}h\u{a0}–\u{a0}16\u{a0}h\u{a0}30",
            "vendredi\u{a0}: 9\u{a0}h\u{a0}–\u{a0}12\u{a0}h",
        ];
        assert_eq!(hours_lines(&hours, Locale::Fr)[..3], fr);
        assert_eq!(hours_lines(&hours, Locale::En)[3], "Saturday: 10:00\u{a0}–\u{a0}14:00");
        assert!(hours_lines(&[], Locale::Fr).is_empty());
    }
}

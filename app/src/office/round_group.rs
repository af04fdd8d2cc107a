//! Buildings grouped by when they are visited.

use casework::wire::v1::PlannedBuilding;
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, Text, office, round},
    ui::{CsrfField, time},
};

/// Id of the form that every « Retirer » button sends, to the button's own address: one form for hundreds of rows.
pub const WITHDRAW_FORM_ID: &str = "withdraw";

/// Where a building stands to today, in the order shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    Today,
    /// Planned on a day gone by: visited then, or late.
    Past,
    Coming,
    OffRound,
}

impl When {
    /// Days are `YYYY-MM-DD`: their text sorts as they do.
    fn of(planned_on: Option<&str>, today: &str) -> Self {
        match planned_on {
            None => Self::OffRound,
            Some(day) => match day.cmp(today) {
                std::cmp::Ordering::Less => Self::Past,
                std::cmp::Ordering::Equal => Self::Today,
                std::cmp::Ordering::Greater => Self::Coming,
            },
        }
    }

    const fn name(self) -> Text {
        match self {
            Self::Today => round::TODAY,
            Self::Past => round::PAST,
            Self::Coming => round::COMING,
            Self::OffRound => round::OFF_ROUND,
        }
    }

    /// For tests and styles.
    const fn code(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Past => "past",
            Self::Coming => "coming",
            Self::OffRound => "off_round",
        }
    }
}

/// Today, days gone by, days to come, then the rest; within a group by day. The server's order, by municipality and address, holds within a day.
pub fn by_when(mut buildings: Vec<PlannedBuilding>, today: &str) -> Vec<(When, Vec<PlannedBuilding>)> {
    buildings.sort_by(|one, other| {
        let key = |building: &PlannedBuilding| When::of(building.planned_on.as_deref(), today);
        key(one).cmp(&key(other)).then_with(|| one.planned_on.cmp(&other.planned_on))
    });
    let mut groups: Vec<(When, Vec<PlannedBuilding>)> = Vec::new();
    for building in buildings {
        let when = When::of(building.planned_on.as_deref(), today);
        match groups.last_mut() {
            Some((last, group)) if *last == when => group.push(building),
            _ => groups.push((when, vec![building])),
        }
    }
    groups
}

/// The buildings of one group, one a row; cards where there is no room.
#[component]
pub fn RoundGroup(
    /// Which group.
    when: When,
    /// In the order to show.
    buildings: Vec<PlannedBuilding>,
    /// `YYYY-MM-DD`, the day proposed for a building that has none.
    today: String,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    // What is planned is shown; the rest of the city waits behind its heading.
    let open = when != When::OffRound;
    let name = when.name().get(locale);
    let count = office::counted(u64::try_from(buildings.len()).unwrap_or(u64::MAX), round::BUILDINGS_ONE, round::BUILDINGS_MANY, locale);
    let day = (when == When::Today).then(|| view! { <span class="muted small">{time::calendar_date(&today, locale)}</span> });
    let rows = buildings.into_iter().map(|building| building_line(building, &today, &csrf, locale)).collect_view();
    view! {
        <details class="disclosure round-group" open=open data-testid="round-group" data-when=when.code()>
            <summary>
                <span class="cluster cluster--tight">
                    <span>{name}</span>
                    {day}
                    <span class="muted small">{count}</span>
                </span>
            </summary>
            <div class="disclosure__body">
                <table class="table round-table">
                    <caption class="visually-hidden">{name}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{round::COLUMN_BUILDING.get(locale)}</th>
                            <th scope="col" class="number">{round::COLUMN_DWELLINGS.get(locale)}</th>
                            <th scope="col">{round::COLUMN_DAY.get(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

fn building_line(building: PlannedBuilding, today: &str, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let place = match &building.borough {
        Some(borough) => format!("{} ({borough})", building.municipality),
        None => building.municipality.clone(),
    };
    let dwellings = office::counted(u64::from(building.dwellings), office::DWELLINGS_ONE, office::DWELLINGS_MANY, locale);
    let about = |text: Text| texts::fill(text.get(locale), &[("address", &building.address)]);
    let action = format!("/bureau/tournee/{}", building.id);
    let withdraw = building.planned_on.is_some().then(|| {
        view! {
            <button
                class="button button--quiet"
                type="submit"
                form=WITHDRAW_FORM_ID
                formaction=action.clone()
                aria-label=about(round::WITHDRAW_OF)
                data-testid="round-withdraw"
            >
                {round::WITHDRAW.get(locale)}
            </button>
        }
    });
    let day = building.planned_on.clone().unwrap_or_else(|| today.to_owned());
    view! {
        <tr
            class="round-row"
            data-testid="round-row"
            data-id=building.id.to_string()
            data-address=building.address.clone()
            data-planned-on=building.planned_on.clone().unwrap_or_default()
        >
            <th class="round-row__building" scope="row">
                <span class="round-row__street">{building.address.clone()}</span>
                <span class="muted small">{place}</span>
            </th>
            <td class="round-row__dwellings number">{dwellings}</td>
            <td class="round-row__day">
                <form class="round-row__form" method="post" action=action>
                    <CsrfField csrf=csrf.to_owned() />
                    <input type="date" name="planned_on" value=day required aria-label=about(round::DAY_OF) />
                    <button class="button" type="submit" aria-label=about(round::PLAN_OF) data-testid="round-plan">{round::PLAN.get(locale)}</button>
                    {withdraw}
                </form>
            </td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use casework::ids::BuildingId;
    use uuid::Uuid;

    use super::*;

    fn building(address: &str, planned_on: Option<&str>) -> PlannedBuilding {
        PlannedBuilding {
            id: BuildingId(Uuid::nil()),
            address: address.to_owned(),
            municipality: "Longueuil".to_owned(),
            borough: None,
            dwellings: 8,
            planned_on: planned_on.map(str::to_owned),
        }
    }

    #[test]
    fn today_comes_first_then_days_gone_by_then_days_to_come_then_the_rest() {
        let buildings = vec![
            building("off", None),
            building("next month", Some("2026-12-02")),
            building("tomorrow", Some("2026-11-22")),
            building("today, second by address", Some("2026-11-21")),
            building("yesterday", Some("2026-11-20")),
            building("today, third by address", Some("2026-11-21")),
            building("last week", Some("2026-11-14")),
        ];
        let shown: Vec<(When, Vec<String>)> =
            by_when(buildings, "2026-11-21").into_iter().map(|(when, group)| (when, group.into_iter().map(|building| building.address).collect())).collect();
        let addresses = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            shown,
            [
                (When::Today, addresses(&["today, second by address", "today, third by address"])),
                (When::Past, addresses(&["last week", "yesterday"])),
                (When::Coming, addresses(&["tomorrow", "next month"])),
                (When::OffRound, addresses(&["off"])),
            ]
        );
    }
}

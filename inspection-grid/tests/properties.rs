//! What holds for every visit, and for every answer that anyone may send.

use std::collections::BTreeMap;

use inspection_grid::{
    Answer, BuildingFacts, Compartments, ComplexityRule, CriterionId, DwellingOutcome, History, Judgement, Observation, Place, PlaceReading, Relevance,
    Severity, Value, Visit, builtin, check_answer, completeness, completeness_detail, complexity, danger, judge, score, suggested_severity, validate,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

fn any_place() -> impl Strategy<Value = Place> {
    prop_oneof![Just(Place::Exterior), Just(Place::Common), select(vec!["1", "2", "3", "4", "absent", "unknown"]).prop_map(|id| Place::Dwelling(id.to_owned())),]
}

fn any_criterion() -> impl Strategy<Value = CriterionId> {
    let known: Vec<CriterionId> = builtin::v1().sections.iter().flat_map(|section| &section.criteria).map(|criterion| criterion.id.clone()).collect();
    prop_oneof![20 => select(known), 1 => ".{0,12}".prop_map(CriterionId)]
}

fn any_severity() -> impl Strategy<Value = Severity> {
    select(Severity::ALL.to_vec())
}

fn any_value() -> impl Strategy<Value = Value> {
    let code = prop_oneof![select(vec!["0", "3", "9", "aucun", "isolement", "nombre", "requis"]).prop_map(str::to_owned), ".{0,8}"];
    prop_oneof![
        prop_oneof![any::<f64>(), -50.0..200.0].prop_map(Value::Measure),
        vec((code.clone(), any::<u32>()), 0..4).prop_map(|counts| Value::Count(counts.into_iter().collect::<BTreeMap<_, _>>())),
        code.clone().prop_map(Value::Scale),
        vec(code, 0..5).prop_map(Value::Choice),
        ".{0,600}".prop_map(Value::Text),
    ]
}

fn any_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        6 => (option::of(any_severity()), option::of(any_value())).prop_map(|(severity, value)| Answer::Observed { severity, value }),
        1 => Just(Answer::ToVerify),
        1 => Just(Answer::NotApplicable),
        1 => Just(Answer::Refused),
        1 => Just(Answer::Cleared),
    ]
}

fn any_observation() -> impl Strategy<Value = Observation> {
    let id = "[a-f]{1,3}";
    (id, any_place(), any_criterion(), any_answer(), 0..3_u32, option::of(".{0,20}")).prop_map(|(id, place, criterion, answer, photos, note)| Observation {
        id,
        place,
        criterion,
        answer,
        photos,
        note,
    })
}

fn any_visit() -> impl Strategy<Value = Visit> {
    let building = (0..40_u32, option::of(0..12_u16), option::of(1900..2030_u16));
    (building, vec(any_observation(), 0..40)).prop_map(|((dwellings, storeys, year_built), observations)| Visit {
        building: BuildingFacts { dwellings, storeys, year_built },
        dwellings: BTreeMap::from([
            ("1".to_owned(), DwellingOutcome::Visited),
            ("2".to_owned(), DwellingOutcome::Visited),
            ("3".to_owned(), DwellingOutcome::Visited),
            ("4".to_owned(), DwellingOutcome::Visited),
            ("absent".to_owned(), DwellingOutcome::Absent),
        ]),
        observations,
    })
}

/// NaN is not equal to itself, so such visits are left out where equality is the point.
fn is_comparable(visit: &Visit) -> bool {
    visit.observations.iter().all(|observation| !matches!(observation.answer.value(), Some(Value::Measure(number)) if !number.is_finite()))
}

proptest! {
    #[test]
    fn order_and_repetition_change_nothing(
        (visit, order) in any_visit().prop_flat_map(|visit| {
            let received = visit.observations.iter().chain(&visit.observations).cloned().collect::<Vec<_>>();
            (Just(visit), Just(received).prop_shuffle())
        })
    ) {
        let grid = builtin::v1();
        let shuffled = Visit { observations: order, ..visit.clone() };
        prop_assert_eq!(score(grid, &shuffled), score(grid, &visit));
        prop_assert_eq!(danger(grid, &shuffled.observations), danger(grid, &visit.observations));
        prop_assert_eq!(completeness(grid, &shuffled, Compartments::ALL), completeness(grid, &visit, Compartments::ALL));
        let rule = ComplexityRule::default();
        let assess = |visit: &Visit| complexity(grid, visit, &History::default(), &rule, Compartments::ALL);
        prop_assert_eq!(assess(&shuffled), assess(&visit));
    }

    #[test]
    fn a_visit_judged_place_by_place_is_judged_as_a_whole(
        mut visit in any_visit().prop_filter("comparable", is_comparable),
        changed in any_place(),
        hanging in vec((select(vec!["dwelling:1", "dwelling:2"]), select(vec!["HUM-01", "HUM-02", "HUM-03"]), any_severity()), 0..10),
        others in vec(any_observation(), 0..6),
        condition in any_severity(),
        compartments in select(vec![Compartments::BUILDING, Compartments::ALL]),
    ) {
        // Every question of one section hangs on an answer to another: what decides whether something is asked must not be lost.
        let mut grid = builtin::v1().clone();
        for criterion in grid.sections.iter_mut().filter(|section| section.id == "HUM").flat_map(|section| &mut section.criteria) {
            criterion.relevance = (criterion.id.0 != "HUM-01").then(|| Relevance::SeverityAtLeast { criterion: "HUM-01".into(), severity: condition });
        }
        visit.observations.extend(hanging.into_iter().enumerate().map(|(number, (place, criterion, severity))| Observation {
            id: format!("h{number}"),
            place: place.parse().expect("a place"),
            criterion: criterion.into(),
            answer: Answer::Observed { severity: Some(severity), value: None },
            photos: 0,
            note: None,
        }));
        let of = |visit: &Visit, place: &Place| {
            let outcome = if let Place::Dwelling(id) = place { visit.dwellings.get(id).copied() } else { None };
            let own = visit.observations.iter().filter(|observation| observation.place == *place).cloned().collect();
            PlaceReading::new(&grid, &visit.building, place, outcome, own, compartments)
        };
        let places = visit.observations.iter().map(|observation| observation.place.clone());
        let visited = visit.dwellings.keys().map(|id| Place::Dwelling(id.clone()));
        let mut readings: BTreeMap<Place, PlaceReading> =
            [Place::Exterior, Place::Common, changed.clone()].into_iter().chain(places).chain(visited).map(|place| (place.clone(), of(&visit, &place))).collect();
        let together = |readings: &BTreeMap<Place, PlaceReading>| judge(&grid, &visit.building, &visit.dwellings, readings.values(), compartments);
        let whole = |visit: &Visit| {
            let mut worst = BTreeMap::new();
            for seen in &visit.observations {
                let confidential = grid.criterion(&seen.criterion).is_none_or(|(section, _)| section.confidential);
                if let Some(severity) = seen.answer.severity().filter(|severity| *severity > Severity::None && (compartments.psychosocial || !confidential)) {
                    let known = worst.entry(seen.place.clone()).or_insert(severity);
                    *known = severity.max(*known);
                }
            }
            Judgement {
                score: score(&grid, visit),
                complexity: complexity(&grid, visit, &History::default(), &ComplexityRule::default(), compartments),
                places: completeness_detail(&grid, visit, compartments).places,
                worst,
            }
        };
        prop_assert_eq!(together(&readings), whole(&visit));

        // Then one place changes, and it alone is read again.
        let mut after = visit.clone();
        after.observations.retain(|observation| observation.place != changed);
        after.observations.extend(others.into_iter().map(|observation| Observation { place: changed.clone(), ..observation }));
        readings.insert(changed.clone(), of(&after, &changed));
        prop_assume!(is_comparable(&after));
        prop_assert_eq!(together(&readings), whole(&after));
    }

    #[test]
    fn a_higher_severity_never_lowers_the_score(visit in any_visit(), which in any::<prop::sample::Index>(), higher in any_severity()) {
        prop_assume!(!visit.observations.is_empty());
        let grid = builtin::v1();
        let mut raised = visit.clone();
        let position = which.index(raised.observations.len());
        let observation = &mut raised.observations[position];
        let from = observation.answer.severity();
        prop_assume!(from.is_none_or(|from| from <= higher));
        let value = observation.answer.value().cloned();
        observation.answer = Answer::Observed { severity: Some(higher), value };
        let (before, after) = (score(grid, &visit), score(grid, &raised));
        prop_assert!(after.index >= before.index);
        prop_assert!(after.band >= before.band);
        prop_assert!(after.max >= before.max);
    }

    #[test]
    fn the_index_is_the_sum_of_its_parts(visit in any_visit()) {
        let score = score(builtin::v1(), &visit);
        let points: u32 = score.contributions.iter().map(|contribution| contribution.points).sum();
        prop_assert_eq!(points, score.dwellings.values().sum::<u32>() + score.common + score.exterior);
        prop_assert!((score.index - (score.mean + f64::from(score.common) + f64::from(score.exterior))).abs() < 1e-9);
        prop_assert!(score.completeness.answered <= score.completeness.applicable);
        prop_assert_eq!(score.dwellings.len(), 4);
    }

    #[test]
    fn nothing_psychosocial_shows_outside_its_compartment(visit in any_visit()) {
        let grid = builtin::v1();
        let without = Visit { observations: visit.observations.iter().filter(|seen| seen.criterion.section() != "MEN").cloned().collect(), ..visit.clone() };
        prop_assert_eq!(score(grid, &visit), score(grid, &without));
        prop_assert_eq!(completeness(grid, &visit, Compartments::BUILDING), completeness(grid, &without, Compartments::BUILDING));
        let rule = ComplexityRule::default();
        let assess = |visit: &Visit| complexity(grid, visit, &History::default(), &rule, Compartments::BUILDING);
        prop_assert_eq!(assess(&visit), assess(&without));
        let shown = |visit: &Visit| validate(grid, visit).into_iter().filter(|shortcoming| !shortcoming.confidential).collect::<Vec<_>>();
        prop_assert_eq!(shown(&visit), shown(&without));
    }

    #[test]
    fn any_answer_is_judged_without_panic(id in any_criterion(), place in any_place(), answer in any_answer(), note in option::of(".{0,40}")) {
        let grid = builtin::v1();
        let verdict = check_answer(grid, &id, &place, &answer, note.as_deref());
        if let Some((_, criterion)) = grid.criterion(&id) {
            let suggested = answer.value().and_then(|value| suggested_severity(criterion, value));
            let anchored = suggested.is_none_or(|severity| severity == Severity::None || criterion.anchors.contains_key(&severity.level()));
            prop_assert!(anchored, "a suggestion can always be followed");
        } else {
            prop_assert_eq!(verdict.err().map(|error| error.code()), Some("unknown_criterion"));
        }
    }

    #[test]
    fn a_visit_survives_json(visit in any_visit().prop_filter("comparable", is_comparable)) {
        let json = serde_json::to_string(&visit).expect("finite numbers have JSON");
        prop_assert_eq!(serde_json::from_str::<Visit>(&json).expect("what we wrote"), visit);
    }
}

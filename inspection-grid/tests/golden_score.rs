//! The worked example of domain facts 6.1, number by number.

use inspection_grid::{Answer, Band, BandOverride, BuildingFacts, Coverage, DwellingOutcome, Observation, Place, Score, Severity, Visit, builtin, score};

fn observe(place: &str, criterion: &str, severity: Severity) -> Observation {
    Observation {
        id: format!("{place}/{criterion}"),
        place: place.parse::<Place>().expect("the example names real places"),
        criterion: criterion.into(),
        answer: Answer::Observed { severity: Some(severity), value: None },
        photos: 0,
        note: None,
    }
}

/// Twelve dwellings, four visited.
fn example() -> Visit {
    use Severity::{Major, Moderate};
    Visit {
        building: BuildingFacts { dwellings: 12, storeys: Some(3), year_built: Some(1967) },
        dwellings: ["101", "102", "201", "204"].map(|id| (id.to_owned(), DwellingOutcome::Visited)).into(),
        observations: vec![
            observe("dwelling:101", "PAR-01", Major),
            observe("dwelling:101", "HUM-01", Moderate),
            observe("dwelling:101", "CHA-05", Moderate),
            observe("dwelling:102", "PAR-01", Moderate),
            observe("dwelling:201", "PAR-01", Major),
            observe("dwelling:201", "INC-03", Major),
            observe("dwelling:201", "HUM-01", Major),
            observe("dwelling:201", "PLO-03", Moderate),
            observe("common", "INC-06", Moderate),
            observe("common", "COM-02", Major),
            observe("exterior", "EXT-05", Moderate),
        ],
    }
}

#[test]
fn the_worked_example_gives_its_exact_numbers() {
    let score = score(builtin::v1(), &example());
    assert_eq!(score.rule_version, "score-1");
    assert_eq!(score.grid, builtin::v1().hash);
    let dwellings: Vec<_> = score.dwellings.iter().map(|(id, points)| (id.as_str(), *points)).collect();
    assert_eq!(dwellings, [("101", 25), ("102", 5), ("201", 50), ("204", 0)]);
    assert_eq!((score.mean, score.max, score.common, score.exterior, score.index), (20.0, 50, 20, 5, 45.0));
    assert_eq!(score.band, Band::C);
    assert_eq!(score.overrides, [BandOverride::WorstDwelling { dwelling: "201".to_owned(), points: 50 }], "no danger flag");
    assert_eq!(score.coverage, Coverage { visited: 4, total: 12, warning: false });
    assert_eq!(score.completeness.answered, 11);
}

#[test]
fn every_point_traces_to_an_observation() {
    // Scenario 30: observations, weights and rule version explain the score.
    let visit = example();
    let score = score(builtin::v1(), &visit);
    assert_eq!(score.contributions.len(), visit.observations.len());
    for contribution in &score.contributions {
        assert_eq!(contribution.observations, [format!("{}/{}", contribution.place, contribution.criterion.0)]);
        assert_eq!(contribution.points, builtin::v1().points(contribution.severity));
    }
    let at = |wanted: &dyn Fn(&Place) -> bool| score.contributions.iter().filter(|part| wanted(&part.place)).map(|part| part.points).sum::<u32>();
    assert_eq!(at(&|place| *place == Place::Common), score.common);
    assert_eq!(at(&|place| *place == Place::Exterior), score.exterior);
    assert_eq!(at(&|place| matches!(place, Place::Dwelling(_))), score.dwellings.values().sum::<u32>());
}

#[test]
fn a_score_survives_json() -> Result<(), serde_json::Error> {
    let score = score(builtin::v1(), &example());
    assert_eq!(serde_json::from_str::<Score>(&serde_json::to_string(&score)?)?, score);
    Ok(())
}

//! Values that are possible but unusual: the person is asked to look again, and is believed.

use inspection_grid::Criterion;

/// From the lowest to the highest value usually measured, in the criterion's unit; outside, a soft warning. What is impossible is the grid’s own range.
///
/// # Source
/// Field practice (draft, to be agreed with the inspectors): rooms 5 to 35 °C and hot water 20 to 65 °C; humidity 15 to 90 %; mould or damp up to
/// 30 m² in one dwelling; carbon monoxide up to 200 ppm (above, people are unconscious: check the instrument, then leave).
pub fn usual(criterion: &Criterion) -> Option<(f64, f64)> {
    let hot_water = criterion.id.0 == "PLO-02";
    match criterion.unit.as_deref()? {
        "degC" if hot_water => Some((20.0, 65.0)),
        "degC" => Some((5.0, 35.0)),
        "pourcent" => Some((15.0, 90.0)),
        "m2" if criterion.id.section() == "INC" => Some((0.1, 3.0)),
        "m2" => Some((0.0, 30.0)),
        "mm" => Some((0.0, 2_000.0)),
        "ppm" => Some((0.0, 200.0)),
        "annees" => Some((0.0, 25.0)),
        "jours" => Some((0.0, 365.0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use inspection_grid::builtin;

    use super::*;

    #[test]
    fn what_is_usual_is_possible_for_every_measure_of_the_grid() {
        let measures = builtin::v1().sections.iter().flat_map(|section| &section.criteria).filter(|criterion| criterion.unit.is_some());
        let mut count = 0;
        for criterion in measures {
            let ((low, high), (usual_low, usual_high)) = (criterion.range.expect("a measure has a range"), usual(criterion).expect("a known unit"));
            assert!(low <= usual_low && usual_low < usual_high && usual_high <= high, "{}", criterion.id.0);
            count += 1;
        }
        assert!(count >= 10);
    }
}

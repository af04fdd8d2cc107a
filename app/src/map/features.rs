//! What the `case-map` element reads: GeoJSON and its labels.

use casework::wire::v1::{CaseMap, CasePoint, TerritoryOutline};
use serde_json::{Value, json};

use crate::texts::{Locale, common, map};

/// The element's data as JSON that no HTML parser can leave.
pub fn case_map_json(answer: &CaseMap, locale: Locale) -> String {
    let cases: Vec<Value> = answer.cases.iter().map(|case| case_feature(case, locale)).collect();
    let territories: Vec<Value> = answer.territories.iter().map(territory_feature).collect();
    json!({
        "cases": { "type": "FeatureCollection", "features": cases },
        "territories": { "type": "FeatureCollection", "features": territories },
        "tiles_url": answer.tiles_url,
        "labels": labels(locale),
    })
    .to_string()
    .replace('<', "\\u003c")
}

fn case_feature(case: &CasePoint, locale: Locale) -> Value {
    json!({
        "type": "Feature",
        "geometry": { "type": "Point", "coordinates": [case.longitude, case.latitude] },
        "properties": {
            "id": case.id,
            "number": case.number,
            "band": case.band,
            "danger": case.danger,
            "href": case.page(),
            "address": case.address,
            "state": common::case_stage(case.stage).get(locale),
            "municipality": case.municipality,
        },
    })
}

fn territory_feature(territory: &TerritoryOutline) -> Value {
    json!({
        "type": "Feature",
        "geometry": { "type": "Polygon", "coordinates": [territory.ring] },
        "properties": { "name": territory.borough.as_ref().unwrap_or(&territory.municipality) },
    })
}

fn labels(locale: Locale) -> Value {
    let text = |text: crate::texts::Text| text.get(locale);
    json!({
        "map": text(map::MAP_LABEL),
        "list": text(map::LIST_VISIBLE),
        "list_all": text(map::LIST_ALL),
        "list_cut": text(map::LIST_CUT),
        "empty": text(map::EMPTY_HERE),
        "case": text(map::CASE),
        "band": text(map::BAND),
        "no_band": text(map::NO_BAND),
        "danger": text(map::DANGER),
        "no_address": text(map::NO_ADDRESS),
        "open": text(map::OPEN_CASE),
        "several": text(map::SEVERAL),
        "unavailable": text(map::UNAVAILABLE),
        "close": text(map::CLOSE),
        "zoom_in": text(map::ZOOM_IN),
        "zoom_out": text(map::ZOOM_OUT),
        "pan_with_two_fingers": text(map::PAN_TWO_FINGERS),
        "zoom_with_ctrl": text(map::ZOOM_CTRL),
        "zoom_with_cmd": text(map::ZOOM_CMD),
        "toggle_attribution": text(map::ATTRIBUTION),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_are_geojson_and_cannot_close_their_script() -> Result<(), serde_json::Error> {
        let territory =
            TerritoryOutline { municipality: "</script>".to_owned(), borough: None, ring: vec![[-73.5, 45.5], [-73.4, 45.5], [-73.4, 45.6], [-73.5, 45.5]] };
        let json = case_map_json(&CaseMap { cases: Vec::new(), territories: vec![territory], tiles_url: None }, Locale::Fr);
        assert!(!json.contains('<'));
        let value: Value = serde_json::from_str(&json)?;
        assert_eq!(value["territories"]["features"][0]["geometry"]["type"], "Polygon");
        assert_eq!(value["territories"]["features"][0]["properties"]["name"], "</script>");
        Ok(())
    }
}

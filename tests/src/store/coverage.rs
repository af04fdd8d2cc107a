//! Every public function of the store is in the story, or this fails.

use std::{fs, path::Path};

#[test]
fn every_public_function_of_the_store_is_in_the_story() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let story: String = ["access.rs", "person_requests.rs", "incidents.rs", "devices.rs", "consents.rs", "doors.rs", "mod.rs", "people.rs", "work.rs"]
        .iter()
        .map(|file| fs::read_to_string(here.join("src/store").join(file)).expect("the story"))
        .collect();
    let mut missing = Vec::new();
    for entry in fs::read_dir(here.join("../server/src/store")).expect("the store") {
        let path = entry.expect("an entry").path();
        let noun = path.file_stem().and_then(|stem| stem.to_str()).expect("a file name").to_owned();
        let text = fs::read_to_string(&path).expect("a source file");
        for rest in text.split("pub async fn ").skip(1) {
            let name: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            let told = if noun == "mod" {
                story.contains(&format!(".{name}(")) || story.contains(&format!("Store::{name}("))
            } else {
                story.contains(&format!("{noun}::{name}("))
            };
            if !told {
                missing.push(format!("{noun}::{name}"));
            }
        }
    }
    assert!(missing.is_empty(), "no story exercises: {}", missing.join(", "));
}

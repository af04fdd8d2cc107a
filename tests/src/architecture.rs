//! What must stay absent (ARCHITECTURE, « invariants »): read from `cargo metadata`, from `cargo tree` and from the sources themselves.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace is above").to_owned()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().expect("cargo runs");
    assert!(output.status.success(), "cargo {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo speaks UTF-8")
}

/// A dependency that a crate of ours declares.
struct Declared {
    of: String,
    name: String,
    is_dev: bool,
    features: Vec<String>,
}

fn declared() -> Vec<Declared> {
    let metadata: Value = serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--no-deps", "--locked"])).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .flat_map(|package| {
            let of = package["name"].as_str().expect("a name");
            package["dependencies"].as_array().expect("dependencies").iter().map(move |dependency| Declared {
                of: of.to_owned(),
                name: dependency["name"].as_str().expect("a name").to_owned(),
                is_dev: dependency["kind"] == "dev",
                features: dependency["features"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
            })
        })
        .collect()
}

/// What each crate of ours may import of the others.
const IMPORTS: &[(&str, &[&str])] = &[
    ("inspection-grid", &[]),
    ("casework", &["inspection-grid"]),
    ("app", &["inspection-grid", "casework"]),
    ("brigade-client", &["app"]),
    ("server", &["inspection-grid", "casework", "app"]),
    ("brigade-tests", &["inspection-grid", "casework", "app", "server"]),
    ("xtask", &[]),
];

#[test]
fn imports_run_one_way() {
    let ours: BTreeSet<&str> = IMPORTS.iter().map(|(name, _)| *name).collect();
    for dependency in declared() {
        let Some((_, allowed)) = IMPORTS.iter().find(|(name, _)| *name == dependency.of) else {
            panic!("{} is a new crate: say in IMPORTS what it may import", dependency.of);
        };
        let of_itself_for_tests = dependency.is_dev && dependency.name == dependency.of;
        assert!(
            !ours.contains(dependency.name.as_str()) || allowed.contains(&dependency.name.as_str()) || of_itself_for_tests,
            "{} imports {}: imports run inspection-grid <- casework <- app <- server <- tests",
            dependency.of,
            dependency.name
        );
    }
}

#[test]
fn the_database_the_web_server_and_the_browser_each_have_one_door() {
    for dependency in declared() {
        let (of, name) = (dependency.of.as_str(), dependency.name.as_str());
        let allowed = match name {
            "sqlx" | "axum" | "tower" | "tower-http" | "leptos_axum" | "object_store" => of == "server" || (of == "brigade-tests" && dependency.is_dev),
            "web-sys" | "js-sys" => of == "app",
            _ => true,
        };
        assert!(allowed, "{of} depends on {name}: sqlx, axum and storage belong to server, web-sys to app");
    }
}

/// Absent below the pure crates: IO, runtimes, clocks and randomness.
const IMPURE: &[&str] =
    &["tokio", "async-std", "sqlx", "axum", "hyper", "reqwest", "web-sys", "js-sys", "getrandom", "rand", "rand_core", "chrono", "time", "jiff"];

#[test]
fn the_pure_crates_reach_no_input_no_output_no_clock_and_no_randomness() {
    for pure in ["inspection-grid", "casework"] {
        let tree = cargo(&["tree", "--locked", "-p", pure, "--edges", "normal", "--prefix", "none", "--format", "{p} {f}"]);
        for line in tree.lines() {
            let mut words = line.split_whitespace();
            let (name, rest) = (words.next().unwrap_or_default(), line);
            assert!(!IMPURE.contains(&name), "{pure} reaches {name}: time, ids and bytes are parameters of a pure crate");
            if name == "uuid" {
                for feature in ["v4", "v7", "rng", "fast-rng"] {
                    let features = rest.rsplit(' ').next().unwrap_or_default();
                    assert!(
                        !features.split(',').any(|on| on == feature),
                        "{pure} turns on uuid’s {feature}: ids are made in server::clock and app::device::clock"
                    );
                }
            }
        }
    }
    for dependency in declared().into_iter().filter(|dependency| ["inspection-grid", "casework"].contains(&dependency.of.as_str()) && !dependency.is_dev) {
        let makes_ids = dependency.name == "uuid" && dependency.features.iter().any(|feature| feature == "v4" || feature == "v7");
        assert!(!makes_ids, "{} declares uuid with a feature that makes ids", dependency.of);
    }
}

#[test]
fn the_phone_carries_no_code_to_take_over_pages_of_the_server() {
    let arguments = ["--target", "wasm32-unknown-unknown", "--edges", "normal", "--prefix", "none", "--format", "{p} {f}"];
    let tree = cargo(&[&["tree", "--locked", "-p", "brigade-client", "--features", "field"], arguments.as_slice()].concat());
    let of_screens: Vec<&str> = tree.lines().filter(|line| line.starts_with("tachys ") || line.starts_with("leptos ")).collect();
    assert!(!of_screens.is_empty());
    for line in of_screens {
        assert!(!line.contains("hydrate"), "a twelfth of what a phone downloads: {line}");
    }
}

#[test]
fn every_chunk_of_the_phones_program_is_kept_for_when_there_is_no_network() {
    let site = std::env::var_os("BRIGADE_SITE_DIR").map_or_else(|| root().join("target/site"), |folder| root().join(folder));
    let read = |name: &str| fs::read_to_string(site.join(name.trim_start_matches('/'))).unwrap_or_else(|error| panic!("{name}: {error}"));
    let assets: Value = serde_json::from_str(&read("assets.json")).expect("assets.json is JSON");
    let addresses: BTreeSet<&str> = assets["files"].as_object().expect("files").values().filter_map(Value::as_str).collect();
    let script = read(assets["files"]["field.js"].as_str().expect("field.js"));
    let worker = read("sw.js");
    let kept: Vec<String> = worker
        .lines()
        .find_map(|line| line.strip_prefix("const PRECACHE = ")?.strip_suffix(';'))
        .map(|list| serde_json::from_str(list).expect("a list"))
        .expect("the worker says what it keeps");
    let fetched: Vec<&str> = script.split("fetch(new URL(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(!fetched.is_empty(), "the program of the phone is in one piece");
    for chunk in fetched {
        assert!(addresses.contains(chunk), "{chunk} is no asset of this build");
        assert!(kept.iter().any(|address| address == chunk), "{chunk} is not kept for when there is no network");
        assert!(site.join(chunk.trim_start_matches('/')).is_file(), "{chunk} is not served");
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| -> BTreeSet<String> {
        let folder = root().join("migrations").join(database);
        fs::read_dir(&folder).expect("a migrations folder").map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    };
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    assert!(!sqlite.is_empty());
    let only: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
    assert!(only.is_empty(), "in one folder of migrations only: {only:?}");
}

/// The Rust files below a folder, by path from the root of the workspace.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join(folder)];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).expect("a source folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
                found.push((name, fs::read_to_string(&path).expect("a source file")));
            }
        }
    }
    assert!(!found.is_empty(), "no source in {folder}");
    found
}

/// Lines of code that hold one of these words, comments left out.
fn lines_with(folder: &str, allowed: &[&str], words: &[&str]) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, text) in sources(folder).into_iter().filter(|(name, _)| !allowed.iter().any(|allowed| name.starts_with(allowed))) {
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            if words.iter().any(|word| line.contains(word)) {
                lines.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    lines
}

#[test]
fn only_the_gateway_of_the_app_fetches() {
    let lines = lines_with("app/src", &["app/src/gateway/"], &["fetch_with", ".fetch(", "window.fetch", "XmlHttpRequest", "WebSocket"]);
    assert!(lines.is_empty(), "app/src/gateway is the only place that fetches:\n{}", lines.join("\n"));
}

#[test]
fn only_the_store_speaks_sql() {
    for folder in ["server/src", "app/src", "casework/src", "inspection-grid/src"] {
        let lines = lines_with(folder, &["server/src/store/"], &["sqlx::query", "sqlx::raw_sql", "QueryBuilder"]);
        assert!(lines.is_empty(), "SQL lives in server/src/store:\n{}", lines.join("\n"));
    }
}

#[test]
fn the_app_knows_neither_the_database_nor_the_web_server() {
    let lines = lines_with("app/src", &[], &["axum::", "sqlx::", "leptos_axum"]);
    assert!(lines.is_empty(), "app is rendered by the server and knows nothing of it:\n{}", lines.join("\n"));
}

#[test]
fn the_device_and_the_browser_are_asked_only_below_the_screens() {
    let lines = lines_with("app/src/office", &[], &["device::"]);
    assert!(lines.is_empty(), "office screens ask the Gateway, never the device:\n{}", lines.join("\n"));
    let lines = lines_with("app/src/field", &[], &["HttpGateway", "use_gateway"]);
    assert!(lines.is_empty(), "field screens read the device store, never the network:\n{}", lines.join("\n"));
}

#[test]
fn use_cases_return_codes_and_leave_the_sentences_to_the_texts() {
    let french = ['é', 'è', 'ê', 'à', 'ç', 'ù', 'î', 'ô', '’', '«', '»'];
    for (name, text) in sources("server/src/application") {
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let literals = line.split('"').skip(1).step_by(2);
            let sentence = literals.into_iter().find(|literal| literal.contains(' ') && literal.contains(french));
            assert!(sentence.is_none(), "{name}:{}: a sentence for people belongs to app::texts: {}", number + 1, line.trim());
        }
    }
}

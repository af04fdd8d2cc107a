//! The web client is embedded from `target/site`: a new list of hashed names means a new program.

fn main() {
    println!("cargo:rerun-if-changed=../target/site/assets.json");
    println!("cargo:rerun-if-changed=../migrations");
}

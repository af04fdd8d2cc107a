//! What an operator can set, by flag or by `BRIGADE_…` in the environment.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use casework::access::ChainHead;
use clap::{Args, Parser, Subcommand};

use crate::photos::ConverterChoice;

/// Brigade: coordination of a housing-insalubrity brigade.
///
/// Plateforme de coordination d’une brigade d’intervention en insalubrité de logement : visites de terrain hors ligne,
/// dossiers, cellule d’urgence, références aux partenaires et carte.
#[derive(Debug, Parser)]
#[command(name = "brigade", version, about, long_about)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Démarre le serveur (start the server)
    ///
    /// Sans autre option, les données vivent dans ./data : une base SQLite et les photos. Au premier démarrage sans --demo,
    /// un lien à usage unique, imprimé ici, crée le premier compte d’administration.
    Serve(ServeOptions),
    /// Vérifie la chaîne du journal des accès (check the chain of the access journal)
    ///
    /// Dit quelle ligne a été changée, retirée ou ajoutée. Code de sortie : 0 si la chaîne est entière, 1 sinon. Le serveur peut rester en marche.
    VerifyJournal(VerifyOptions),
    /// Lit un fichier d’ailleurs (import a file)
    Import(ImportOptions),
}

/// Options of `brigade import`.
#[derive(Clone, Debug, Args)]
pub struct ImportOptions {
    #[command(subcommand)]
    pub what: ImportKind,
}

#[derive(Clone, Debug, Subcommand)]
pub enum ImportKind {
    /// Lit des organismes et des services en HSDS 3 JSON (organisations and services of another directory)
    ///
    /// Chaque ligne rejetée est dite avec sa raison. Relire le même fichier ne crée pas de doublon ; ce qui a été modifié ici depuis n’est pas écrasé. Le serveur
    /// peut rester en marche.
    Directory(DirectoryImport),
}

/// Options of `brigade import directory`.
#[derive(Clone, Debug, Args)]
pub struct DirectoryImport {
    /// Fichier HSDS 3 JSON : une page de /organizations ou de /services, une liste, ou les deux (file)
    pub file: PathBuf,
    /// Nom du répertoire d’où il vient : ses identifiants ne valent que là (source)
    #[arg(long, default_value = "hsds", value_name = "NAME")]
    pub source: String,
    /// Publie aussitôt les nouveaux services, sans attendre que quelqu’un les relise (publish new services at once)
    #[arg(long)]
    pub publish: bool,
    /// Dit ce qui serait fait, sans rien enregistrer (dry run)
    #[arg(long)]
    pub dry_run: bool,
    /// Dossier de la base et des photos (data folder)
    #[arg(long, env = "BRIGADE_DATA", default_value = "data", value_name = "DIR")]
    pub data: PathBuf,
    /// sqlite://chemin ou postgres://… ; par défaut une base SQLite dans le dossier de données (database)
    #[arg(long, env = "BRIGADE_DATABASE", value_name = "URL")]
    pub database: Option<String>,
}

impl DirectoryImport {
    /// Database URL, with its default inside the data folder.
    pub fn database_url(&self) -> String {
        database_url(self.database.as_ref(), &self.data)
    }
}

/// Options of `brigade verify-journal`.
#[derive(Clone, Debug, Args)]
pub struct VerifyOptions {
    /// Dossier de la base et des photos (data folder)
    #[arg(long, env = "BRIGADE_DATA", default_value = "data", value_name = "DIR")]
    pub data: PathBuf,
    /// sqlite://chemin ou postgres://… ; par défaut une base SQLite dans le dossier de données (database)
    #[arg(long, env = "BRIGADE_DATABASE", value_name = "URL")]
    pub database: Option<String>,
    /// Sceau noté ailleurs, « numéro:sceau » comme la page et le journal du programme le donnent ; répétable (a head noted elsewhere)
    #[arg(long, value_name = "HEAD")]
    pub noted: Vec<ChainHead>,
}

impl VerifyOptions {
    /// Database URL, with its default inside the data folder.
    pub fn database_url(&self) -> String {
        database_url(self.database.as_ref(), &self.data)
    }
}

fn database_url(database: Option<&String>, data: &Path) -> String {
    database.cloned().unwrap_or_else(|| format!("sqlite://{}", data.join("brigade.sqlite").display()))
}

/// Options of `brigade serve`.
#[derive(Clone, Debug, Args)]
pub struct ServeOptions {
    /// Charge une fois des données fictives et des comptes de démonstration (fictitious demo data)
    #[arg(long, env = "BRIGADE_DEMO")]
    pub demo: bool,
    /// Adresse et port d’écoute (listen address)
    #[arg(long, env = "BRIGADE_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// Dossier de la base et des photos (data folder)
    #[arg(long, env = "BRIGADE_DATA", default_value = "data", value_name = "DIR")]
    pub data: PathBuf,
    /// sqlite://chemin ou postgres://… ; par défaut une base SQLite dans le dossier de données (database)
    #[arg(long, env = "BRIGADE_DATABASE", value_name = "URL")]
    pub database: Option<String>,
    /// Adresse publique, telle que les gens la tapent ; https:// rend les témoins « Secure » (public address)
    #[arg(long, env = "BRIGADE_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Modèle d’adresse de tuiles pour le fond de carte, par exemple https://tuiles.exemple/{z}/{x}/{y}.png ; sans lui, aucun
    /// serveur externe n’est contacté (base map tiles)
    #[arg(long, env = "BRIGADE_TILES_URL", value_name = "URL")]
    pub tiles_url: Option<String>,
    /// Lit les fichiers web dans ce dossier plutôt que dans le programme (développement)
    #[arg(long, env = "BRIGADE_SITE_DIR", value_name = "DIR", hide = true)]
    pub site_dir: Option<PathBuf>,
    /// Adopte cette grille d’observation (YAML) : en vigueur pour les nouvelles visites, connue pour de bon ; les visites en cours gardent la leur
    /// jusqu’à ce qu’on les y fasse passer (adopt this grid)
    #[arg(long, env = "BRIGADE_GRID", value_name = "FILE")]
    pub grid: Option<PathBuf>,
    /// Programme du système qui lit les photos HEIC et AVIF, pour en faire des copies affichables : « auto » cherche heif-dec ou heif-convert (libheif) dans
    /// PATH, « none » s’en passe ; sans lui, ces photos sont conservées avec un avis (HEIF converter)
    #[arg(long, env = "BRIGADE_HEIF_CONVERTER", default_value = "auto", value_name = "PROGRAM")]
    pub heif_converter: ConverterChoice,
    /// Secondes laissées à ce programme pour une photo (time for one photo)
    #[arg(long, env = "BRIGADE_HEIF_SECONDS", default_value_t = 60, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=90))]
    pub heif_seconds: u32,
    /// Dossier des secrets des fournisseurs OpenID Connect, un fichier par nom ; sans lui, BRIGADE_PROVIDER_SECRET_<NOM> dans l’environnement (secrets)
    #[arg(long, env = "BRIGADE_PROVIDER_SECRETS", value_name = "DIR")]
    pub provider_secrets: Option<PathBuf>,
    /// Hôte (ou hôte:port) d’un fournisseur OpenID Connect qui n’est pas sur le réseau public ; répétable. Les autres adresses internes ne sont jamais
    /// demandées (internal provider)
    #[arg(long, env = "BRIGADE_INTERNAL_PROVIDER", value_name = "HOST", value_delimiter = ',')]
    pub internal_provider: Vec<String>,
    /// Nombre de logements du critère certain (« plus de 6 logements »)
    #[arg(long, env = "BRIGADE_DWELLINGS_THRESHOLD", default_value_t = 6, value_name = "N")]
    pub dwellings_threshold: u32,
    /// Compte aussi les immeubles qui ont exactement ce nombre de logements (« 6 et plus » au lieu de « plus de 6 »)
    #[arg(long, env = "BRIGADE_THRESHOLD_INCLUSIVE")]
    pub threshold_inclusive: bool,
}

impl ServeOptions {
    /// Database URL, with its default inside the data folder.
    pub fn database_url(&self) -> String {
        database_url(self.database.as_ref(), &self.data)
    }

    /// How long the HEIF converter may take for one photo.
    pub fn heif_patience(&self) -> Duration {
        Duration::from_secs(self.heif_seconds.into())
    }

    /// Whether cookies carry `Secure`.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

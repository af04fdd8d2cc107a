use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::{
    account::AccountPage,
    administration::{AdministrationPage, DeparturePage},
    cell::BoardPage,
    directory::{AddServicePage, AgreementPage, AgreementsPage, DirectoryPage, ResourcesPage, ServicePage},
    map::MapPage,
    office::{
        AccessPage, CasePage, CasesPage, ConsentProofPage, DevicesPage, IncidentPage, IncidentsPage, MinePage, NoticePage, PrivacyPage, ReportPage,
        RequestsPage, RetentionPage, RoundPage, StatisticsPage,
    },
    pages::{FirstAccessPage, GuestCodePage, NotFoundPage, PasswordPage, RecoveryPage, SecondStepPage, SignInPage},
    partner::{GuestPage, InboxPage, ReferralPage, SheetPage},
};

/// Every server-rendered page. Each is rendered whole before it is sent; links between them are full loads.
#[component]
pub fn OfficeApp() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/connexion") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("/connexion/code") view=SecondStepPage ssr=SsrMode::Async />
                <Route path=path!("/mot-de-passe-oublie") view=RecoveryPage ssr=SsrMode::Async />
                <Route path=path!("/premier-acces/:token") view=FirstAccessPage ssr=SsrMode::Async />
                <Route path=path!("/mot-de-passe/:token") view=PasswordPage ssr=SsrMode::Async />
                <Route path=path!("/lien/reponse") view=GuestPage ssr=SsrMode::Async />
                <Route path=path!("/lien/:token") view=GuestCodePage ssr=SsrMode::Async />
                <Route path=path!("/compte") view=AccountPage ssr=SsrMode::Async />
                <Route path=path!("/administration") view=AdministrationPage ssr=SsrMode::Async />
                <Route path=path!("/administration/comptes/:id/depart") view=DeparturePage ssr=SsrMode::Async />
                <Route path=path!("/bureau") view=CasesPage ssr=SsrMode::Async />
                <Route path=path!("/bureau/a-moi") view=MinePage ssr=SsrMode::Async />
                <Route path=path!("/bureau/tournee") view=RoundPage ssr=SsrMode::Async />
                <Route path=path!("/bureau/appareils") view=DevicesPage ssr=SsrMode::Async />
                <Route path=path!("/bureau/vie-privee") view=PrivacyPage ssr=SsrMode::Async />
                <Route path=path!("/bureau/vie-privee/acces") view=AccessPage ssr=SsrMode::Async />
                <Route path=path!("/bureau/vie-privee/conservation") view=RetentionPage ssr=SsrMode::Async />
                <Route path=path!("/bureau/vie-privee/incidents") view=IncidentsPage ssr=SsrMode::Async />
                <Route path=path!("/bureau/vie-privee/incidents/:id") view=IncidentPage ssr=SsrMode::Async />
                <Route path=path!("/bureau/vie-privee/demandes") view=RequestsPage ssr=SsrMode::Async />
                <Route path=path!("/bureau/avis-de-collecte") view=NoticePage ssr=SsrMode::Async />
                <Route path=path!("/bureau/signaler") view=ReportPage ssr=SsrMode::Async />
                <Route path=path!("/bureau/dossiers/:id") view=CasePage ssr=SsrMode::Async />
                <Route path=path!("/bureau/statistiques") view=StatisticsPage ssr=SsrMode::Async />
                <Route path=path!("/bureau/consentements/:id/preuve") view=ConsentProofPage ssr=SsrMode::Async />
                <Route path=path!("/cellule") view=BoardPage ssr=SsrMode::Async />
                <Route path=path!("/partenaires") view=InboxPage ssr=SsrMode::Async />
                <Route path=path!("/partenaires/:id/feuille") view=SheetPage ssr=SsrMode::Async />
                <Route path=path!("/partenaires/:id") view=ReferralPage ssr=SsrMode::Async />
                <Route path=path!("/repertoire") view=DirectoryPage ssr=SsrMode::Async />
                <Route path=path!("/repertoire/ajouter") view=AddServicePage ssr=SsrMode::Async />
                <Route path=path!("/repertoire/services/:id") view=ServicePage ssr=SsrMode::Async />
                <Route path=path!("/repertoire/ententes") view=AgreementsPage ssr=SsrMode::Async />
                <Route path=path!("/repertoire/ententes/:id") view=AgreementPage ssr=SsrMode::Async />
                <Route path=path!("/ressources") view=ResourcesPage ssr=SsrMode::Async />
                <Route path=path!("/carte") view=MapPage ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}

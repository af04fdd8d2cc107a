//! The administration page: organisations, accounts and their one-time links.

use super::texts;

texts! {
    TITLE: "Administration" / "Administration";
    INTRODUCTION: "Qui travaille avec Brigade. Aucun dossier ne se lit d’ici." / "Who works with Brigade. No case can be read from here.";

    LINK_TITLE: "Lien à remettre maintenant" / "Link to hand over now";
    LINK_LABEL: "Adresse où la personne choisit son mot de passe" / "Address where the person chooses their password";
    LINK_HINT: "Il sert une seule fois, pendant 24 heures, et ne sera plus affiché. Remettez-le en personne ou par un canal de confiance." / "It works once, for 24 hours, and will not be shown again. Hand it over in person or by a trusted channel.";

    ACCOUNTS: "Comptes" / "Accounts";
    ACCOUNTS_ONE: "{count} compte" / "{count} account";
    ACCOUNTS_MANY: "{count} comptes" / "{count} accounts";
    ACCOUNT_NAME: "Nom" / "Name";
    ACCOUNT_EMAIL: "Courriel" / "E-mail";
    ACCOUNT_ROLE: "Rôle" / "Role";
    ACCOUNT_ORGANISATION: "Organisme" / "Organisation";
    ACCOUNT_STATE: "État" / "State";
    ACCOUNT_ACTS: "Gestes" / "Acts";
    STATE_ACTIVE: "Actif" / "Active";
    STATE_CLOSED: "Fermé" / "Closed";
    STATE_AWAITING: "En attente du mot de passe" / "Awaiting the password";
    YOURS: "votre compte" / "your account";
    RENEW_LINK: "Nouveau lien" / "New link";
    RENEW_LINK_OF: "Nouveau lien pour {name}" / "New link for {name}";
    CLOSE_ACCESS: "Fermer l’accès" / "Close access";
    CLOSE_ACCESS_OF: "Fermer l’accès de {name}" / "Close the access of {name}";
    REOPEN_ACCESS: "Rouvrir" / "Reopen";
    REOPEN_ACCESS_OF: "Rouvrir l’accès de {name}" / "Reopen the access of {name}";

    HAS_FACTOR: "second facteur" / "second factor";
    RESET_FACTOR: "Retirer le second facteur" / "Remove the second factor";
    RESET_FACTOR_OF: "Retirer le second facteur de {name}" / "Remove the second factor of {name}";
    RESET_FACTOR_HINT: "Pour qui a perdu son téléphone et ses codes de secours. Ses sessions se fermeront, et la personne le saura à sa prochaine connexion." / "For whoever lost their phone and recovery codes. Their sessions will close, and the person will be told at the next sign-in.";
    IDENTIFIED: "J’ai vérifié l’identité de la personne, de vive voix ou en personne." / "I have checked who the person is, by voice or in person.";

    RECOVERY: "Demandes d’aide pour entrer" / "Requests for help to get in";
    RECOVERY_HINT: "Ces personnes disent avoir perdu leur mot de passe. N’importe qui peut écrire un courriel ici\u{a0}: rappelez la personne à un numéro que vous connaissez déjà." / "These people say that they have lost their password. Anybody can type an e-mail here: call the person back at a number you already know.";
    RECOVERY_ASKED: "Demandé le {date}" / "Asked on {date}";
    RECOVERY_LINK: "Faire un lien" / "Make a link";
    RECOVERY_LINK_OF: "Faire un lien pour {name}" / "Make a link for {name}";
    RECOVERY_ASIDE: "Écarter la demande" / "Set the request aside";
    RECOVERY_ASIDE_OF: "Écarter la demande de {name}" / "Set aside the request of {name}";

    DEPARTURE: "Départ" / "Departure";
    DEPARTURE_OF: "Départ de {name}" / "Departure of {name}";
    HOLDS: "Ce que la personne tient" / "What the person holds";
    HOLDS_CASE: "{count} dossier ouvert lui est confié" / "{count} open case is assigned to them";
    HOLDS_CASES: "{count} dossiers ouverts lui sont confiés" / "{count} open cases are assigned to them";
    HOLDS_VISIT: "{count} visite commencée et non terminée" / "{count} visit begun and not finished";
    HOLDS_VISITS: "{count} visites commencées et non terminées" / "{count} visits begun and not finished";
    HOLDS_REFERRAL: "{count} référence envoyée, encore ouverte" / "{count} referral sent, still open";
    HOLDS_REFERRALS: "{count} références envoyées, encore ouvertes" / "{count} referrals sent, still open";
    HOLDS_RANK: "Rang {rank} sur la liste d’appel de la cellule d’urgence" / "Rank {rank} on the call list of the emergency cell";
    HOLDS_PHONE: "Un téléphone, joint le {date}\u{a0}: rien n’y attend" / "A phone, heard from on {date}: nothing waits on it";
    HOLDS_PHONE_UNSENT_ONE: "Un téléphone, joint le {date}\u{a0}: {count} saisie ou photo n’en est pas encore partie" / "A phone, heard from on {date}: {count} entry or photo has not left it yet";
    HOLDS_PHONE_UNSENT_MANY: "Un téléphone, joint le {date}\u{a0}: {count} saisies ou photos n’en sont pas encore parties" / "A phone, heard from on {date}: {count} entries or photos have not left it yet";
    HOLDS_HINT: "Les visites et les références restent à l’équipe. Les dossiers et le rang d’appel passent à la personne choisie, avec une ligne à l’historique de chaque dossier." / "Visits and referrals stay with the team. Cases and the call rank go to the person chosen, with a line in the history of each case.";
    HEIR: "Confier à" / "Hand over to";
    HEIR_HINT: "Une personne de la même équipe, qui suit des dossiers." / "Somebody of the same team, who works cases.";
    HEIR_CHOOSE: "Choisir…" / "Choose…";
    HEIR_NOBODY: "Personne\u{a0}: rien à confier" / "Nobody: nothing to hand over";
    PHONES: "Ses téléphones" / "Their phones";
    PHONES_KEEP: "Garder ce qui n’est pas parti" / "Keep what has not left";
    PHONES_KEEP_HINT: "La personne ne pourra plus se connecter; son fichier de secours pourra encore être remis à «\u{a0}Appareils\u{a0}»." / "The person can no longer sign in; their rescue file can still be handed in at “Devices”.";
    PHONES_REVOKE: "Révoquer" / "Revoke";
    PHONES_REVOKE_HINT: "Le prochain contact effacera le téléphone, et ce qui n’en est pas parti sera perdu." / "The next contact will wipe the phone, and what has not left it will be lost.";
    DEPARTURE_SUBMIT: "Fermer l’accès et confier" / "Close access and hand over";

    ADD_ACCOUNT: "Ajouter un compte" / "Add an account";
    ADD_ACCOUNT_ORGANISATION_BRIGADE: "La brigade" / "The brigade";
    ADD_ACCOUNT_ORGANISATION_PARTNERS: "Partenaires" / "Partners";
    ADD_ACCOUNT_ROLE_HINT: "« Partenaire » va avec un organisme partenaire; les autres rôles, avec la brigade." / "“Partner” goes with a partner organisation; the other roles, with the brigade.";
    ADD_ACCOUNT_RANK: "Rang d’appel de la cellule d’urgence" / "Call order of the emergency cell";
    ADD_ACCOUNT_RANK_HINT: "Facultatif : 1 est appelé en premier." / "Optional: 1 is called first.";
    ADD_ACCOUNT_SUBMIT: "Ajouter le compte" / "Add the account";

    PROVIDERS: "Connexion par l’organisme" / "Sign-in through the organisation";
    PROVIDERS_HINT: "Les personnes d’un organisme qui a un fournisseur OpenID Connect entrent avec leur compte de travail. Aucun compte n’est créé ainsi\u{a0}: chaque personne a d’abord été ajoutée ici, sous le courriel que son organisme confirme." / "People of an organisation that has an OpenID Connect provider enter with their work account. No account is made this way: each person was first added here, under the e-mail that their organisation confirms.";
    PROVIDER_ON: "par l’organisme" / "through the organisation";
    PROVIDER_OFF: "mot de passe" / "password";
    PROVIDER_ISSUER: "Émetteur" / "Issuer";
    PROVIDER_ISSUER_HINT: "Adresse https du fournisseur, exactement comme il la dit (issuer)." / "The provider’s https address, exactly as it says it (issuer).";
    PROVIDER_CLIENT: "Identifiant de client" / "Client id";
    PROVIDER_SECRET: "Nom du secret" / "Name of the secret";
    PROVIDER_SECRET_HINT: "Le secret n’est jamais dans la base\u{a0}: c’est un fichier de ce nom dans le dossier des secrets du serveur, ou une variable d’environnement." / "The secret is never in the database: it is a file of this name in the server’s folder of secrets, or an environment variable.";
    PROVIDER_DOMAIN: "Domaine des courriels" / "Domain of the e-mails";
    PROVIDER_DOMAIN_HINT: "Par exemple longueuil.quebec\u{a0}: un courriel d’un autre domaine n’ouvre aucun compte." / "For example longueuil.quebec: an e-mail of another domain opens no account.";
    PROVIDER_FACTOR: "Son second facteur compte" / "Its second factor counts";
    PROVIDER_FACTOR_HINT: "Quand le fournisseur dit que la personne en a montré un, Brigade n’en redemande pas." / "When the provider says that the person showed one, Brigade does not ask again.";
    PROVIDER_ACR: "Niveau qui le prouve (acr)" / "Level that proves it (acr)";
    PROVIDER_ACR_HINT: "Sans lui, le fournisseur doit dire «\u{a0}mfa\u{a0}» (amr)." / "Without it, the provider must say “mfa” (amr).";
    PROVIDER_SUBMIT: "Vérifier et enregistrer" / "Check and save";
    PROVIDER_REMOVE: "Revenir au mot de passe" / "Back to the password";
    PROVIDER_REMOVE_OF: "Revenir au mot de passe pour {name}" / "Back to the password for {name}";

    ORGANISATIONS: "Organismes" / "Organisations";
    ORGANISATIONS_ONE: "{count} organisme" / "{count} organisation";
    ORGANISATIONS_MANY: "{count} organismes" / "{count} organisations";
    ORGANISATION_NAME: "Nom" / "Name";
    ORGANISATION_KIND: "Genre" / "Kind";
    ORGANISATION_SERVICE: "Service rendu" / "Service given";
    ORGANISATION_SERVICE_HINT: "Ce que lit la personne qui lui envoie une référence." / "What the person who sends it a referral reads.";
    ORGANISATION_MUNICIPALITY: "Municipalité" / "Municipality";
    ORGANISATION_MUNICIPALITY_HINT: "Pour une ville, exactement son nom, par exemple Longueuil : elle voit les immeubles de son territoire." / "For a city, exactly its name, for example Longueuil: it sees the buildings of its territory.";
    ORGANISATION_PIVOT: "Personne pivot" / "Named contact";
    ORGANISATION_RECEIVES: "Reçoit des références" / "Receives referrals";
    ORGANISATION_RECEIVES_HINT: "La brigade peut lui confier un dossier, section par section." / "The brigade can refer a case to it, section by section.";
    ORGANISATION_FACTOR: "Second facteur" / "Second factor";
    FACTOR_REQUIRED: "Exigé" / "Required";
    FACTOR_OPTIONAL: "Au choix" / "Optional";
    REQUIRE_FACTOR: "Exiger" / "Require";
    REQUIRE_FACTOR_OF: "Exiger le second facteur\u{a0}: {name}" / "Require the second factor: {name}";
    RELAX_FACTOR: "Ne plus exiger" / "No longer require";
    RELAX_FACTOR_OF: "Ne plus exiger le second facteur\u{a0}: {name}" / "No longer require the second factor: {name}";
    ADD_ORGANISATION: "Ajouter un organisme" / "Add an organisation";
    ADD_ORGANISATION_SUBMIT: "Ajouter l’organisme" / "Add the organisation";
    OPTIONAL: "facultatif" / "optional";
}

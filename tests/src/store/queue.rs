use casework::{
    case::Act,
    clock::Timestamp,
    ids::{ForwardId, MessageId, ReferralId},
    permission::{Grants, Section},
    referral::{Forward, Message, Referral, ReferralQueue, Side},
    wire::v1::ReferralCounts,
};
use server::{
    clock::{new_id, now},
    store::{self, Heap, ReferralList, ReferralRecord, referral, referral_forward, referral_message},
};

use super::{
    Shelf,
    work::{a_case, a_referral},
};
use crate::support::Person;

/// Every id of a side, read by pages of two.
async fn paged(shelf: &Shelf, list: &ReferralList) -> Vec<ReferralId> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = referral::page(shelf.store.reader(), list, after, 2).await.expect("a page");
        ids.extend(page.iter().map(|(record, _)| record.referral.id));
        after = page.last().map(|(_, position)| *position);
        if page.len() < 2 {
            return ids;
        }
    }
}

async fn keep(tx: &mut store::Tx, shelf: &Shelf, referral: &Referral, at: Timestamp) -> ReferralRecord {
    let by = shelf.town.accounts[&Person::Coordinator];
    assert!(referral::insert(tx, referral, by, at).await.expect("an answer"));
    referral::by_id(&mut *tx, referral.id).await.expect("an answer").expect("the referral")
}

pub async fn a_side_is_paged_by_what_it_waits_for_and_its_counts_are_its_rows(shelf: Shelf) {
    let (store, town, at) = (&shelf.store, &shelf.town, now());
    let reader = store.reader();
    let by = town.accounts[&Person::Coordinator];
    let case_id = a_case(&shelf, &town.tower, 1).await.case.id;
    let due = |days: i64| at.plus_ms(days * Timestamp::DAY_MS);
    let made = |days: i64| a_referral(&shelf, case_id, town.cisss, by, due(-9)).send(due(days), by, due(-9)).expect("sent");
    let (later, late, soon) = (made(8), made(-2), made(3));
    let twin = Referral { id: ReferralId(new_id()), ..soon.clone() };
    let accepted = made(1).accept(by, at, None).expect("accepted");
    let draft = a_referral(&shelf, case_id, town.cisss, by, at);
    let refused = made(4).decline("Complet", by, at).expect("refused");
    let refused_last = made(9).decline("Complet", by, at).expect("refused");
    let of_people = Referral { shared_sections: Grants::of([Section::Household]).expect("shareable"), ..made(5) };
    let mut tx = store.begin().await.expect("a transaction begins");
    for referral in [&later, &late, &soon, &twin, &accepted, &draft, &of_people] {
        keep(&mut tx, &shelf, referral, at).await;
    }
    for (referral, answered) in [(&refused, at), (&refused_last, at.plus_ms(9))] {
        let record = keep(&mut tx, &shelf, referral, at).await;
        let answered = ReferralRecord { answered_at: Some(answered), answered_by_name: Some("Camille".to_owned()), ..record };
        assert!(referral::save(&mut tx, &answered, referral.revision, at).await.expect("an answer"));
    }
    let said = Message {
        id: MessageId(new_id()),
        referral_id: accepted.id,
        from: town.brigade,
        by,
        at,
        text: "Avez-vous un interprète?".to_owned(),
        asks: true,
        replies_to: None,
    };
    assert!(referral_message::insert(&mut tx, &said, "Coralie").await.expect("an answer"));
    let to_refused = Message { id: MessageId(new_id()), referral_id: refused.id, ..said };
    assert!(referral_message::insert(&mut tx, &to_refused, "Coralie").await.expect("an answer"));
    let asked = Forward::ask(&accepted, ForwardId(new_id()), town.longueuil, "Relogement", Act { by, at }).expect("asked");
    assert!(referral_forward::insert(&mut tx, &asked, "Cécile").await.expect("an answer"));
    tx.commit().await.expect("kept");

    let received = ReferralList { organisation: town.cisss, side: Side::Recipient, confidential: true, heap: None, words: Vec::new(), number: false };
    let mut twins = [soon.id, twin.id];
    twins.sort_by_key(ToString::to_string);
    let whole = [late.id, twins[0], twins[1], of_people.id, later.id, accepted.id, refused_last.id, refused.id];
    assert_eq!(paged(&shelf, &received).await, whole, "by deadline, then under way, then over; never a draft");
    let sent = ReferralList { organisation: town.brigade, side: Side::Sender, ..received.clone() };
    assert_eq!(paged(&shelf, &sent).await.len(), 9, "with its draft");
    let in_compartment = ReferralList { confidential: false, ..sent.clone() };
    assert!(!paged(&shelf, &in_compartment).await.contains(&of_people.id), "what shares of people is for the compartment");
    let nobodys = ReferralList { organisation: town.brossard, ..received.clone() };
    assert!(paged(&shelf, &nobodys).await.is_empty());

    let counted = async |list: &ReferralList| referral::counts(reader, list, at).await.expect("counts");
    assert_eq!(counted(&received).await, ReferralCounts { to_answer: 5, late: 1, to_read: 1, under_way: 1, over: 2, to_redirect: 2, to_forward: 1 });
    assert_eq!(counted(&in_compartment).await, ReferralCounts { to_answer: 4, late: 1, to_read: 0, under_way: 2, over: 2, to_redirect: 2, to_forward: 1 });
    assert_eq!(counted(&nobodys).await, ReferralCounts::default());
    for list in [&received, &sent, &in_compartment, &nobodys] {
        let counts = counted(list).await;
        let heaps = [
            (Heap::Queue(ReferralQueue::ToAnswer), counts.to_answer),
            (Heap::Queue(ReferralQueue::UnderWay), counts.under_way),
            (Heap::Queue(ReferralQueue::Over), counts.over),
            (Heap::ToRead, counts.to_read),
            (Heap::ToRedirect, counts.to_redirect),
            (Heap::ToForward, counts.to_forward),
        ];
        for (heap, count) in heaps {
            let narrowed = paged(&shelf, &ReferralList { heap: Some(heap), ..list.clone() }).await;
            assert_eq!(u64::try_from(narrowed.len()).expect("a count"), count, "{heap:?} of {list:?}");
        }
    }

    let found = async |list: &ReferralList, words: &[&str]| {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        paged(&shelf, &ReferralList { words, ..list.clone() }).await.len()
    };
    let street = store::building::fold(&[&town.tower.row.address]);
    let words: Vec<&str> = street.split(' ').collect();
    assert_eq!(found(&received, &words).await, 8);
    assert_eq!((found(&received, &["nulle", "part"]).await, found(&received, &["2026"]).await), (0, 0), "a partner knows no number");
    assert_eq!(found(&ReferralList { number: true, ..sent }, &["2026", words[0]]).await, 9);

    let last = referral::last_received(reader, town.cisss).await.expect("the last ones");
    assert_eq!(last.keys().copied().collect::<Vec<_>>(), [town.tower.id]);
    assert!(last.values().all(|id| *id != draft.id));
    assert!(referral::last_received(reader, town.longueuil).await.expect("the last ones").is_empty());
}

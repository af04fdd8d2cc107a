-- Lines written before their author could be confidential: told, until now, from the moments of what was confidential. Of those who work in the
-- psychosocial compartment no name is shown outside it; it may hide one that could be shown, and shows none that must not be.
update case_entry set by_confidential = 1
    where kind in ('case_opened', 'judged_complex', 'escalation_raised', 'visit_received')
        and by_account in (select id from account where role = 'psychosocial_worker');

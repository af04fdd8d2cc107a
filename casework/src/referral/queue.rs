//! How a list of referrals is cut and ordered: what waits for an answer first, by its deadline, the late ones therefore in front; then what is under way, by
//! its deadline too; last what is over, the newest answer first.

use super::ReferralStage;
use crate::case::coded_enum;

coded_enum! {
    /// A heap of a list of referrals, in the order in which they are shown.
    ReferralQueue {
        ToAnswer = "to_answer",
        UnderWay = "under_way",
        Over = "over",
    }
}

impl ReferralStage {
    /// The heap that a referral of this stage lies on.
    pub const fn queue(self) -> ReferralQueue {
        match self {
            Self::Sent => ReferralQueue::ToAnswer,
            Self::Draft | Self::Accepted | Self::InProgress | Self::OnHold => ReferralQueue::UnderWay,
            Self::Completed | Self::Declined | Self::Withdrawn | Self::Expired => ReferralQueue::Over,
        }
    }
}

impl ReferralQueue {
    /// The stages of this heap, in the order of their declaration.
    pub fn stages(self) -> impl Iterator<Item = ReferralStage> {
        ReferralStage::ALL.iter().copied().filter(move |stage| stage.queue() == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_is_expected_of_somebody_on_the_first_two_heaps_only() {
        for stage in ReferralStage::ALL {
            assert_eq!(stage.is_open(), stage.queue() != ReferralQueue::Over, "{stage}");
        }
    }

    #[test]
    fn every_stage_lies_on_one_heap() {
        let stages: Vec<ReferralStage> = ReferralQueue::ALL.iter().flat_map(|queue| queue.stages()).collect();
        assert_eq!(stages.len(), ReferralStage::ALL.len());
        assert_eq!(ReferralQueue::ToAnswer.stages().collect::<Vec<_>>(), [ReferralStage::Sent]);
    }
}

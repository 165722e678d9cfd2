import type { ReactNode } from 'react';
import type { BoardWire, VisitWire } from '#domain/protocol/till';
import { useVisit } from '../../app/board.ts';
import { closeDialog, dialogStore } from '../../app/dialogs.ts';
import type { DialogState } from '../../app/dialogs.ts';
import { useStore } from '../../lib/store.ts';
import { CardDialog } from '../CardDialog/CardDialog.tsx';
import { CloseVisit } from '../CloseVisit/CloseVisit.tsx';
import { CorrectPour } from '../Corrections/CorrectPour.tsx';
import { Debt, GuestDebt } from '../Corrections/Debt.tsx';
import { RaiseLimit } from '../Corrections/RaiseLimit.tsx';
import { FreeCard } from '../FreeCard/FreeCard.tsx';
import { ClaimMoney } from '../Guests/ClaimMoney.tsx';
import { BlockGuest, EditGuest, EraseGuest } from '../Guests/GuestDialogs.tsx';
import { StaffPrice } from '../Guests/StaffPrice.tsx';
import { KegDialog } from '../Kegs/KegDialog.tsx';
import { PutKeg } from '../Kegs/PutKeg.tsx';
import { ReceiveKeg } from '../Kegs/ReceiveKeg.tsx';
import { CardFound } from '../LostCards/CardFound.tsx';
import { RetireCard } from '../LostCards/RetireCard.tsx';
import { OpenHouse } from '../OpenVisit/OpenHouse.tsx';
import { OpenVisit } from '../OpenVisit/OpenVisit.tsx';
import { PourByCode } from '../PourByCode/PourByCode.tsx';
import { BeverageDialog } from '../Prices/BeverageDialog.tsx';
import { RemoveRule, RuleDialog } from '../Prices/RuleDialog.tsx';
import { Receipt } from '../Receipt/Receipt.tsx';
import { Refund } from '../Refund/Refund.tsx';
import { ReportLost } from '../ReportLost/ReportLost.tsx';
import { ResolveReview } from '../Review/ResolveReview.tsx';
import { SaveSettings } from '../Settings/SaveSettings.tsx';
import { SetFlag } from '../Settings/SetFlag.tsx';
import { MoveCash } from '../Shift/MoveCash.tsx';
import { OpenDrawer } from '../Shift/OpenDrawer.tsx';
import { ShiftPaper } from '../Shift/ShiftPaper.tsx';
import { WaiveTaps } from '../Shift/WaiveTaps.tsx';
import { WalkedOut } from '../Shift/WalkedOut.tsx';
import { Operator } from '../Staff/Operator.tsx';
import { OwnPin } from '../Staff/OwnPin.tsx';
import { RecoveryCode } from '../Staff/RecoveryCode.tsx';
import { AddTap } from '../Taps/AddTap.tsx';
import { Calibrate } from '../Taps/Calibrate.tsx';
import { PairNode, RefuseNode } from '../Taps/Pairings.tsx';
import { TapService } from '../Taps/TapService.tsx';
import { ConnectTap } from '../Taps/ConnectTap.tsx';
import { EndStop, StopAll } from '../Taps/EmergencyStop.tsx';
import { RevokeNode } from '../Taps/RevokeNode.tsx';
import { SilentTap } from '../Taps/SilentTap.tsx';
import { TopUp } from '../TopUp/TopUp.tsx';

/** The dialog that is open, made anew at each opening: its key of the action is its own. */
export function Dialogs({ board }: { board: BoardWire }) {
  const open = useStore(dialogStore);
  if (open === null) return null;
  return <DialogOf key={open.serial} state={open.state} board={board} />;
}

function DialogOf({ state, board }: { state: DialogState; board: BoardWire }) {
  const close = closeDialog;
  switch (state.kind) {
    case 'openVisit':
      return <OpenVisit {...state} board={board} onClose={close} />;
    case 'openHouse':
      return <OpenHouse card_uid={state.card_uid} onClose={close} />;
    case 'issueCard':
    case 'replaceCard':
      return (
        <OfVisit visit_id={state.visit_id}>
          {(visit) => (
            <CardDialog
              visit={visit}
              board={board}
              kind={state.kind}
              card_uid={state.card_uid}
              onClose={close}
            />
          )}
        </OfVisit>
      );
    case 'topUp':
      return (
        <OfVisit visit_id={state.visit_id}>{(visit) => <TopUp visit={visit} onClose={close} />}</OfVisit>
      );
    case 'receipt':
      return (
        <OfVisit visit_id={state.visit_id}>{(visit) => <Receipt visit={visit} onClose={close} />}</OfVisit>
      );
    case 'refund':
      return (
        <OfVisit visit_id={state.visit_id}>{(visit) => <Refund visit={visit} onClose={close} />}</OfVisit>
      );
    case 'closeVisit':
      return (
        <OfVisit visit_id={state.visit_id}>
          {(visit) => <CloseVisit visit={visit} board={board} onClose={close} />}
        </OfVisit>
      );
    case 'freeCard':
      return (
        <OfVisit visit_id={state.visit_id}>
          {(visit) => <FreeCard visit={visit} board={board} onClose={close} />}
        </OfVisit>
      );
    case 'reportLost':
      return (
        <OfVisit visit_id={state.visit_id}>{(visit) => <ReportLost visit={visit} onClose={close} />}</OfVisit>
      );
    case 'correctPour':
      return (
        <OfVisit visit_id={state.visit_id}>
          {(visit) => <CorrectPour visit={visit} onClose={close} />}
        </OfVisit>
      );
    case 'debt':
      return <OfVisit visit_id={state.visit_id}>{(visit) => <Debt visit={visit} onClose={close} />}</OfVisit>;
    case 'guestDebt':
      return <GuestDebt debt={state.debt} onClose={close} />;
    case 'raiseLimit':
      return (
        <OfVisit visit_id={state.visit_id}>{(visit) => <RaiseLimit visit={visit} onClose={close} />}</OfVisit>
      );
    case 'pourByCode':
      return <PourByCode {...state} board={board} onClose={close} />;
    case 'putKeg':
      return <PutKeg {...state} board={board} onClose={close} />;
    case 'keg':
      return <KegDialog keg={state.keg} board={board} onClose={close} />;
    case 'receiveKeg':
      return <ReceiveKeg onClose={close} />;
    case 'connectTap':
      return <ConnectTap tap_id={state.tap_id} board={board} onClose={close} />;
    case 'silentTap':
      return <SilentTap tap_id={state.tap_id} board={board} onClose={close} />;
    case 'addTap':
      return <AddTap board={board} onClose={close} />;
    case 'revokeNode':
      return <RevokeNode {...state} onClose={close} />;
    case 'waiveTaps':
      return <WaiveTaps tap_numbers={state.tap_numbers} onClose={close} />;
    case 'walkedOut':
      return <WalkedOut count={state.count} onClose={close} />;
    case 'resolveReview':
      return <ResolveReview {...state} onClose={close} />;
    case 'editGuest':
      return <EditGuest guest={state.guest} onClose={close} />;
    case 'blockGuest':
      return <BlockGuest guest={state.guest} onClose={close} />;
    case 'eraseGuest':
      return <EraseGuest guest={state.guest} onClose={close} />;
    case 'staffPrice':
      return <StaffPrice guest={state.guest} onClose={close} />;
    case 'ownPin':
      return <OwnPin onClose={close} />;
    case 'recoveryCode':
      return <RecoveryCode onClose={close} />;
    case 'openDrawer':
      return <OpenDrawer onClose={close} />;
    case 'shiftPaper':
      return <ShiftPaper {...state} onClose={close} />;
    case 'operator':
      return <Operator who={state.who} onClose={close} />;
    case 'saveSettings':
      return <SaveSettings {...state} onClose={close} />;
    case 'moveCash':
      return <MoveCash direction={state.direction} board={board} onClose={close} />;
    case 'tapService':
      return <TapService {...state} board={board} onClose={close} />;
    case 'calibrate':
      return <Calibrate tap_id={state.tap_id} board={board} onClose={close} />;
    case 'pairNode':
      return <PairNode pairing={state.pairing} board={board} onClose={close} />;
    case 'refuseNode':
      return <RefuseNode pairing={state.pairing} onClose={close} />;
    case 'beverage':
      return <BeverageDialog onClose={close} />;
    case 'priceRule':
      return <RuleDialog rule={state.rule} onClose={close} />;
    case 'removeRule':
      return <RemoveRule rule={state.rule} onClose={close} />;
    case 'setFlag':
      return <SetFlag flag={state.flag} onClose={close} />;
    case 'cardFound':
      return <CardFound lost={state.lost} onClose={close} />;
    case 'retireCard':
      return <RetireCard card_uid={state.card_uid} onClose={close} />;
    case 'claimMoney':
      return <ClaimMoney guest={state.guest} onClose={close} />;
    case 'stopAll':
      return <StopAll onClose={close} />;
    case 'endStop':
      return <EndStop onClose={close} />;
  }
}

/** A dialog about a visit always shows its newest state. */
function OfVisit({ visit_id, children }: { visit_id: number; children: (visit: VisitWire) => ReactNode }) {
  const { data } = useVisit(visit_id);
  return data ? children(data) : null;
}

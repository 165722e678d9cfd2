import type { Sequelize } from 'sequelize';
import { defineAttempt } from './Attempt.ts';
import { defineAuditEvent } from './AuditEvent.ts';
import { defineBeverage } from './Beverage.ts';
import { defineCard } from './Card.ts';
import { defineCashSession } from './CashSession.ts';
import { defineCleaningSession } from './CleaningSession.ts';
import { defineDrawer } from './Drawer.ts';
import { defineEvent } from './Event.ts';
import { defineFeatureFlag } from './FeatureFlag.ts';
import { defineFlowLoss } from './FlowLoss.ts';
import { defineGrant } from './Grant.ts';
import { defineGuest } from './Guest.ts';
import { defineGuestAccount } from './GuestAccount.ts';
import { defineIdempotencyKey } from './IdempotencyKey.ts';
import { defineKeg } from './Keg.ts';
import { defineKegMovement } from './KegMovement.ts';
import { defineLedgerAccount } from './LedgerAccount.ts';
import { defineLedgerEntry } from './LedgerEntry.ts';
import { defineLedgerSeal } from './LedgerSeal.ts';
import { defineLedgerSealedEntry } from './LedgerSealedEntry.ts';
import { defineLedgerTransaction } from './LedgerTransaction.ts';
import { defineLostCard } from './LostCard.ts';
import { defineNode } from './Node.ts';
import { defineNodeEnrolment } from './NodeEnrolment.ts';
import { defineNodeMark } from './NodeMark.ts';
import { defineNodePairing } from './NodePairing.ts';
import { defineOperator } from './Operator.ts';
import { definePosOutboxRow } from './PosOutboxRow.ts';
import { definePour } from './Pour.ts';
import { definePourCorrection } from './PourCorrection.ts';
import { definePourReport } from './PourReport.ts';
import { definePriceRule } from './PriceRule.ts';
import { definePrintJob } from './PrintJob.ts';
import { defineRefusalRepeat } from './RefusalRepeat.ts';
import { defineReviewItem } from './ReviewItem.ts';
import { defineServiceAllowance } from './ServiceAllowance.ts';
import { defineSession } from './Session.ts';
import { defineSetting } from './Setting.ts';
import { defineShift } from './Shift.ts';
import { defineTap } from './Tap.ts';
import { defineTapCalibration } from './TapCalibration.ts';
import { defineTill } from './Till.ts';
import { defineVisit } from './Visit.ts';
import { defineVisitCard } from './VisitCard.ts';
import { defineXReport } from './XReport.ts';

/** Every table, bound to one database: two databases may live in one process. */
export function initModels(sequelize: Sequelize) {
  return {
    Attempt: defineAttempt(sequelize),
    AuditEvent: defineAuditEvent(sequelize),
    Beverage: defineBeverage(sequelize),
    Card: defineCard(sequelize),
    CashSession: defineCashSession(sequelize),
    CleaningSession: defineCleaningSession(sequelize),
    Drawer: defineDrawer(sequelize),
    Event: defineEvent(sequelize),
    FeatureFlag: defineFeatureFlag(sequelize),
    FlowLoss: defineFlowLoss(sequelize),
    Grant: defineGrant(sequelize),
    Guest: defineGuest(sequelize),
    GuestAccount: defineGuestAccount(sequelize),
    IdempotencyKey: defineIdempotencyKey(sequelize),
    Keg: defineKeg(sequelize),
    KegMovement: defineKegMovement(sequelize),
    LedgerAccount: defineLedgerAccount(sequelize),
    LedgerEntry: defineLedgerEntry(sequelize),
    LedgerSeal: defineLedgerSeal(sequelize),
    LedgerSealedEntry: defineLedgerSealedEntry(sequelize),
    LedgerTransaction: defineLedgerTransaction(sequelize),
    LostCard: defineLostCard(sequelize),
    Node: defineNode(sequelize),
    NodeEnrolment: defineNodeEnrolment(sequelize),
    NodeMark: defineNodeMark(sequelize),
    NodePairing: defineNodePairing(sequelize),
    Operator: defineOperator(sequelize),
    PosOutboxRow: definePosOutboxRow(sequelize),
    Pour: definePour(sequelize),
    PourCorrection: definePourCorrection(sequelize),
    PourReport: definePourReport(sequelize),
    PriceRule: definePriceRule(sequelize),
    PrintJob: definePrintJob(sequelize),
    RefusalRepeat: defineRefusalRepeat(sequelize),
    ReviewItem: defineReviewItem(sequelize),
    ServiceAllowance: defineServiceAllowance(sequelize),
    Session: defineSession(sequelize),
    Setting: defineSetting(sequelize),
    Shift: defineShift(sequelize),
    Tap: defineTap(sequelize),
    TapCalibration: defineTapCalibration(sequelize),
    Till: defineTill(sequelize),
    Visit: defineVisit(sequelize),
    VisitCard: defineVisitCard(sequelize),
    XReport: defineXReport(sequelize),
  };
}
export type Models = ReturnType<typeof initModels>;

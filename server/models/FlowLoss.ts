import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { FlowLossKind } from '#domain/keg/movements';

export class FlowLoss extends Model<InferAttributes<FlowLoss>, InferCreationAttributes<FlowLoss>> {
  declare id: CreationOptional<number>;
  declare node_id: number;
  declare tap_id: number;
  declare keg_id: CreationOptional<number | null>;
  declare kind: FlowLossKind;
  declare flow_id: string;
  declare ml: number;
  declare pulses: number;
  declare occurred_at: Date;
  declare received_at: CreationOptional<Date>;
  declare cleaning_session_id: CreationOptional<number | null>;
}

/** The table `flow_losses` of one database. */
export function defineFlowLoss(sequelize: Sequelize): typeof FlowLoss {
  return class extends FlowLoss {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      node_id: DataTypes.BIGINT,
      tap_id: DataTypes.BIGINT,
      keg_id: DataTypes.BIGINT,
      kind: DataTypes.TEXT,
      flow_id: DataTypes.TEXT,
      ml: DataTypes.INTEGER,
      pulses: DataTypes.BIGINT,
      occurred_at: DataTypes.DATE,
      received_at: DataTypes.DATE,
      cleaning_session_id: DataTypes.BIGINT,
    },
    { sequelize, modelName: 'FlowLoss', tableName: 'flow_losses', timestamps: false },
  );
}

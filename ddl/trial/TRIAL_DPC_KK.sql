-- TRIAL_DPC_KK: DPC 患者基礎レコード
-- 列: 公開の記録条件仕様による 14、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_DPC_KK.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_dpc_kk (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    chg_dept_yon char(1),
    excpt_pub_ward_move_yon char(1),
    plan_emgcy_hostz_div char(1),
    last_dschg_ymd char(8),
    last_same_skwd_hostz_yon char(1),
    hostz_age smallint,
    birth_wt smallint,
    jcs text,
    reserve_01 text,
    burn_idx numeric(4,1),
    severity text,
    gaf text,
    hostz_month_age smallint
);
COMMENT ON TABLE :SC_NAME.trial_dpc_kk IS 'DPC 患者基礎レコード';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.chg_dept_yon IS '予備（転科の有無）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.excpt_pub_ward_move_yon IS '一般病棟以外の病棟移動の有無';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.plan_emgcy_hostz_div IS '予定・緊急入院区分';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.last_dschg_ymd IS '前回退院年月日';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.last_same_skwd_hostz_yon IS '前回同一傷病での入院の有無';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.hostz_age IS '入院時年齢';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.birth_wt IS '出生時体重';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.jcs IS 'JCS';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.reserve_01 IS '予備';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.burn_idx IS 'Burn Index';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.severity IS '重症度等';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.gaf IS '予備（GAF）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_kk.hostz_month_age IS '入院時月齢';

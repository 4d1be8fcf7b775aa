-- TRIAL_PHA_CZ_GAI: 医科入院外に紐づく調剤 調剤情報レコード
-- 列: 公開の記録条件仕様による 65、推定を含む 8（seq1_no, seq2_no, drr_div, drr_total_score, drr_pub01_score, drr_pub02_score, drr_pub03_score, drr_pub04_score）
-- psql -d sampledb -f TRIAL_PHA_CZ_GAI.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_pha_cz_gai (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    doctor_no text,
    prspt_ymd char(8),
    dspng_ymd char(8),
    prspt_rcptn_time smallint,
    dspng_amnt smallint,
    dsc_burd_div char(1),
    dsc_calc_div char(1),
    dsc_calc_no char(2),
    dsc_cd char(9),
    dsc_score smallint,
    dvd_dvsn_div smallint,
    dvd_last_amnt smallint,
    drc_score integer,
    reserve_01 text,
    adc01_burd_div char(1),
    adc01_cd char(9),
    adc01_score smallint,
    adc02_burd_div char(1),
    adc02_cd char(9),
    adc02_score smallint,
    adc03_burd_div char(1),
    adc03_cd char(9),
    adc03_score smallint,
    adc04_burd_div char(1),
    adc04_cd char(9),
    adc04_score smallint,
    adc05_burd_div char(1),
    adc05_cd char(9),
    adc05_score smallint,
    adc06_burd_div char(1),
    adc06_cd char(9),
    adc06_score smallint,
    adc07_burd_div char(1),
    adc07_cd char(9),
    adc07_score smallint,
    adc08_burd_div char(1),
    adc08_cd char(9),
    adc08_score smallint,
    adc09_burd_div char(1),
    adc09_cd char(9),
    adc09_score smallint,
    adc10_burd_div char(1),
    adc10_cd char(9),
    adc10_score smallint,
    pkg_days smallint,
    dvsn_dspng_type char(1),
    last_pkg_days smallint,
    div_dispensation_cd char(9),
    div_dispensation_div text,
    div_target_disp_quantity smallint,
    package_div_num_days smallint,
    inclusion_management_charges char(2),
    pre_reception_other_med char(2),
    oms2_burd_div char(1),
    oms2_cd char(9),
    oms2_score smallint,
    dmf_burd_div char(1),
    dmf_calc_div char(1),
    dmf_calc_no char(2),
    dmf_cd char(9),
    dmf_score smallint,
    dmfa_burd_div char(1),
    dmfa_cd char(9),
    dmfa_score smallint,
    drr_div text,
    drr_total_score integer,
    drr_pub01_score integer,
    drr_pub02_score integer,
    drr_pub03_score integer,
    drr_pub04_score integer
);
COMMENT ON TABLE :SC_NAME.trial_pha_cz_gai IS '医科入院外に紐づく調剤 調剤情報レコード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.doctor_no IS '医師番号';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.prspt_ymd IS '処方月日';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dspng_ymd IS '調剤月日';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.prspt_rcptn_time IS '処方箋受付回';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dspng_amnt IS '調剤数量';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dsc_burd_div IS '調剤料（薬剤調製料）・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dsc_calc_div IS '調剤料（薬剤調製料）・算定区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dsc_calc_no IS '調剤料（薬剤調製料）・算定先No';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dsc_cd IS '調剤料（薬剤調製料）・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dsc_score IS '調剤料（薬剤調製料）・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dvd_dvsn_div IS '分割調剤・分割区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dvd_last_amnt IS '分割調剤・前回までの数量';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.drc_score IS '薬剤料・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.reserve_01 IS '予備';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc01_burd_div IS '加算料1・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc01_cd IS '加算料1・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc01_score IS '加算料1・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc02_burd_div IS '加算料2・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc02_cd IS '加算料2・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc02_score IS '加算料2・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc03_burd_div IS '加算料3・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc03_cd IS '加算料3・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc03_score IS '加算料3・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc04_burd_div IS '加算料4・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc04_cd IS '加算料4・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc04_score IS '加算料4・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc05_burd_div IS '加算料5・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc05_cd IS '加算料5・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc05_score IS '加算料5・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc06_burd_div IS '加算料6・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc06_cd IS '加算料6・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc06_score IS '加算料6・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc07_burd_div IS '加算料7・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc07_cd IS '加算料7・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc07_score IS '加算料7・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc08_burd_div IS '加算料8・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc08_cd IS '加算料8・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc08_score IS '加算料8・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc09_burd_div IS '加算料9・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc09_cd IS '加算料9・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc09_score IS '加算料9・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc10_burd_div IS '加算料10・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc10_cd IS '加算料10・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.adc10_score IS '加算料10・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.pkg_days IS '一包化日数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dvsn_dspng_type IS '分割調剤種類';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.last_pkg_days IS '前回までの一包化日数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.div_dispensation_cd IS '医師指示分割調剤・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.div_dispensation_div IS '医師指示分割調剤・分割区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.div_target_disp_quantity IS '医師指示分割調剤・分割対象調剤数量';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.package_div_num_days IS '医師指示分割調剤・分割対象一包化日数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.inclusion_management_charges IS '包括管理料等';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.pre_reception_other_med IS '他医療機関受診に係る処方箋受付';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.oms2_burd_div IS '外来服薬支援料2・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.oms2_cd IS '外来服薬支援料2・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.oms2_score IS '外来服薬支援料2・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dmf_burd_div IS '調剤管理料・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dmf_calc_div IS '調剤管理料・算定区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dmf_calc_no IS '調剤管理料・算定先No';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dmf_cd IS '調剤管理料・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dmf_score IS '調剤管理料・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dmfa_burd_div IS '調剤管理料・時間外等加算・負担区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dmfa_cd IS '調剤管理料・時間外等加算・コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.dmfa_score IS '調剤管理料・時間外等加算・点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.drr_div IS '薬剤料減算・減算区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.drr_total_score IS '薬剤料減算・合計点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.drr_pub01_score IS '薬剤料減算・第一公費点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.drr_pub02_score IS '薬剤料減算・第二公費点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.drr_pub03_score IS '薬剤料減算・第三公費点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_cz_gai.drr_pub04_score IS '薬剤料減算・第四公費点数';

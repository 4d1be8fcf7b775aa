-- PANEL_DPC_RE: DPC レセプト共通レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DPC_RE.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_dpc_re (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    age smallint,
    id5 text,
    rcp_no integer,
    rcp_cls char(4),
    prac_ym char(6),
    sex_div char(1),
    birth_ym char(6),
    pay_rat smallint,
    hostz_ymd char(8),
    ward_div text,
    stand_burd_div text,
    rcpt_imptt_noti text,
    reserve_01 text,
    discnt_scr_unit_price smallint,
    reserve_02 text,
    reserve_03 text,
    indi_prac_dept text,
    rcpt_gnrlz_div text,
    detl_info_num smallint,
    srch_no text,
    rec_cndtn_spec_ym_info text,
    req_info text,
    prac1_name text,
    prac1_body_part text,
    prac1_sex text,
    prac1_medi_treat text,
    prac1_spcfc_dise text,
    input_ym char(6),
    age_hier_cd1 char(3),
    age_hier_cd2 char(3),
    last_birth_age smallint,
    last_birth_age_hier_cd1 char(3),
    last_birth_age_hier_cd2 char(3),
    bed_capa_hier_code char(3),
    post_no_top2 char(2)
);
COMMENT ON TABLE :SC_NAME.panel_dpc_re IS 'DPC レセプト共通レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.age IS '年齢';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.id5 IS 'ID5（個人単位被保険者番号由来の名寄せID）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.rcp_no IS 'レセプト番号';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.rcp_cls IS 'レセプト種別';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.sex_div IS '男女区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.birth_ym IS '生年月';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.pay_rat IS '給付割合';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.hostz_ymd IS '入院年月日';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.ward_div IS '病棟区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.stand_burd_div IS '一部負担金・食事療養費・生活療養費標準負担額区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.rcpt_imptt_noti IS 'レセプト特記事項';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.reserve_01 IS '予備1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.discnt_scr_unit_price IS '割引点数単価';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.reserve_02 IS '予備2';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.reserve_03 IS '予備3';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.indi_prac_dept IS '予備（旧診療科）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.rcpt_gnrlz_div IS 'レセプト総括区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.detl_info_num IS '明細情報数';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.srch_no IS '検索番号';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.rec_cndtn_spec_ym_info IS '記録条件仕様年月情報';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.req_info IS '請求情報';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.prac1_name IS '診療科1・診療科名';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.prac1_body_part IS '診療科1・人体の部位等';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.prac1_sex IS '診療科1・性別等';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.prac1_medi_treat IS '診療科1・医学的処置';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.prac1_spcfc_dise IS '診療科1・特定疾病';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.input_ym IS '取込年月';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.age_hier_cd1 IS '年齢階層コード1（5歳階級）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.age_hier_cd2 IS '年齢階層コード2（10歳未満は各歳）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.last_birth_age IS '満年齢';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.last_birth_age_hier_cd1 IS '満年齢階層コード1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.last_birth_age_hier_cd2 IS '満年齢階層コード2';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.bed_capa_hier_code IS '病床数階級コード';
COMMENT ON COLUMN :SC_NAME.panel_dpc_re.post_no_top2 IS '郵便番号上二桁';

-- mart: integrated_re
-- what: 統合RE（患者背景）。レセプト1件に1行
-- needs: trial_med_ini_re, trial_med_ini_ho, trial_med_gai_re, trial_med_gai_ho, trial_dpc_re, trial_dpc_ho, trial_dpc_bu, trial_pha_re, trial_pha_ho, trial_pha_re_gai, trial_pha_ho_gai
-- By hand: psql -v SC_NAME=sample -v MART=mart -f integrated_re.sql
-- RE が数行あるレセプト（総括など）は、通番1が最も小さい行をとる。HO と BU も同じ。
CREATE TABLE :MART.integrated_re (
    receipt_type, seq2_no, prac_ym, rcp_cls, sex_div, age_hier_cd, hostz_ymd, ward_div, bed_capa_hier_code,
    prac1_name, prac_true_days, total_score, diag_grp_cls_no, this_hostz_ymd, this_dschg_ymd, dpc_outcm_div, re_rows
) AS
SELECT '医科入院' AS receipt_type, re.seq2_no, re.prac_ym, re.rcp_cls, re.sex_div, re.age_hier_cd,
       re.hostz_ymd AS hostz_ymd, re.ward_div AS ward_div,
       re.bed_capa_hier_code AS bed_capa_hier_code, re.prac1_name AS prac1_name,
       ho.prac_true_days AS prac_true_days, ho.total_score,
       NULL, NULL, NULL, NULL, re.re_rows
  FROM (SELECT DISTINCT ON (seq2_no) *, count(*) OVER (PARTITION BY seq2_no) AS re_rows
          FROM :SC_NAME.trial_med_ini_re ORDER BY seq2_no, seq1_no) AS re
  LEFT JOIN (SELECT DISTINCT ON (seq2_no) * FROM :SC_NAME.trial_med_ini_ho ORDER BY seq2_no, seq1_no) AS ho USING (seq2_no)
UNION ALL
SELECT '医科外来' AS receipt_type, re.seq2_no, re.prac_ym, re.rcp_cls, re.sex_div, re.age_hier_cd,
       re.hostz_ymd AS hostz_ymd, re.ward_div AS ward_div,
       re.bed_capa_hier_code AS bed_capa_hier_code, re.prac1_name AS prac1_name,
       ho.prac_true_days AS prac_true_days, ho.total_score,
       NULL, NULL, NULL, NULL, re.re_rows
  FROM (SELECT DISTINCT ON (seq2_no) *, count(*) OVER (PARTITION BY seq2_no) AS re_rows
          FROM :SC_NAME.trial_med_gai_re ORDER BY seq2_no, seq1_no) AS re
  LEFT JOIN (SELECT DISTINCT ON (seq2_no) * FROM :SC_NAME.trial_med_gai_ho ORDER BY seq2_no, seq1_no) AS ho USING (seq2_no)
UNION ALL
SELECT 'DPC' AS receipt_type, re.seq2_no, re.prac_ym, re.rcp_cls, re.sex_div, re.age_hier_cd,
       re.hostz_ymd AS hostz_ymd, re.ward_div AS ward_div,
       re.bed_capa_hier_code AS bed_capa_hier_code, re.prac1_name AS prac1_name,
       ho.prac_true_days AS prac_true_days, ho.total_score,
       bu.diag_grp_cls_no, bu.this_hostz_ymd, bu.this_dschg_ymd, bu.dpc_outcm_div, re.re_rows
  FROM (SELECT DISTINCT ON (seq2_no) *, count(*) OVER (PARTITION BY seq2_no) AS re_rows
          FROM :SC_NAME.trial_dpc_re ORDER BY seq2_no, seq1_no) AS re
  LEFT JOIN (SELECT DISTINCT ON (seq2_no) * FROM :SC_NAME.trial_dpc_ho ORDER BY seq2_no, seq1_no) AS ho USING (seq2_no)
  LEFT JOIN (SELECT DISTINCT ON (seq2_no) * FROM :SC_NAME.trial_dpc_bu ORDER BY seq2_no, seq1_no) AS bu USING (seq2_no)
UNION ALL
SELECT '調剤' AS receipt_type, re.seq2_no, re.prac_ym, re.rcp_cls, re.sex_div, re.age_hier_cd,
       NULL::text AS hostz_ymd, NULL::text AS ward_div,
       NULL::text AS bed_capa_hier_code, NULL::text AS prac1_name,
       ho.prspt_rcptn_times AS prac_true_days, ho.total_score,
       NULL, NULL, NULL, NULL, re.re_rows
  FROM (SELECT DISTINCT ON (seq2_no) *, count(*) OVER (PARTITION BY seq2_no) AS re_rows
          FROM :SC_NAME.trial_pha_re ORDER BY seq2_no, seq1_no) AS re
  LEFT JOIN (SELECT DISTINCT ON (seq2_no) * FROM :SC_NAME.trial_pha_ho ORDER BY seq2_no, seq1_no) AS ho USING (seq2_no)
UNION ALL
SELECT '外来の調剤' AS receipt_type, re.seq2_no, re.prac_ym, re.rcp_cls, re.sex_div, re.age_hier_cd,
       NULL::text AS hostz_ymd, NULL::text AS ward_div,
       NULL::text AS bed_capa_hier_code, NULL::text AS prac1_name,
       ho.prspt_rcptn_times AS prac_true_days, ho.total_score,
       NULL, NULL, NULL, NULL, re.re_rows
  FROM (SELECT DISTINCT ON (seq2_no) *, count(*) OVER (PARTITION BY seq2_no) AS re_rows
          FROM :SC_NAME.trial_pha_re_gai ORDER BY seq2_no, seq1_no) AS re
  LEFT JOIN (SELECT DISTINCT ON (seq2_no) * FROM :SC_NAME.trial_pha_ho_gai ORDER BY seq2_no, seq1_no) AS ho USING (seq2_no)
;
CREATE UNIQUE INDEX ON :MART.integrated_re (receipt_type, seq2_no);
COMMENT ON TABLE :MART.integrated_re IS '統合RE（患者背景）：RE、HO、BU から、レセプト1件に1行';
COMMENT ON COLUMN :MART.integrated_re.receipt_type IS '区分（医科入院、医科外来、DPC、調剤、外来の調剤）';
COMMENT ON COLUMN :MART.integrated_re.seq2_no IS 'レセプトのキー。区分と合わせて使う';
COMMENT ON COLUMN :MART.integrated_re.prac_ym IS '診療年月（調剤は調剤年月）';
COMMENT ON COLUMN :MART.integrated_re.rcp_cls IS 'レセプト種別';
COMMENT ON COLUMN :MART.integrated_re.sex_div IS '男女区分';
COMMENT ON COLUMN :MART.integrated_re.age_hier_cd IS '年齢階級コード';
COMMENT ON COLUMN :MART.integrated_re.hostz_ymd IS '入院年月日';
COMMENT ON COLUMN :MART.integrated_re.ward_div IS '病棟区分';
COMMENT ON COLUMN :MART.integrated_re.bed_capa_hier_code IS '病床数階級コード';
COMMENT ON COLUMN :MART.integrated_re.prac1_name IS '診療科1';
COMMENT ON COLUMN :MART.integrated_re.prac_true_days IS '診療実日数（調剤は処方箋受付回数）';
COMMENT ON COLUMN :MART.integrated_re.total_score IS '合計点数';
COMMENT ON COLUMN :MART.integrated_re.diag_grp_cls_no IS '診断群分類番号（DPCのみ）';
COMMENT ON COLUMN :MART.integrated_re.this_hostz_ymd IS '今回入院年月日（DPCのみ）';
COMMENT ON COLUMN :MART.integrated_re.this_dschg_ymd IS '今回退院年月日（DPCのみ）';
COMMENT ON COLUMN :MART.integrated_re.dpc_outcm_div IS 'DPC転帰区分（DPCのみ）';
COMMENT ON COLUMN :MART.integrated_re.re_rows IS 'このレセプトのREの行数';

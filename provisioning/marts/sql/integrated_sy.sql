-- mart: integrated_sy
-- what: 統合SY（傷病名）。傷病名1つに1行
-- needs: trial_med_ini_sy, trial_med_gai_sy, trial_dpc_sy, trial_dpc_sb
-- By hand: psql -v SC_NAME=sample -v MART=mart -f integrated_sy.sql
-- 調剤に傷病名はない。
CREATE TABLE :MART.integrated_sy AS
SELECT '医科入院' AS receipt_type, seq2_no, seq1_no, 'SY' AS record, skwd_name_cd, modif_cd,
       coalesce(modif_cd ~ '^(....)*8002', false) AS suspected, coalesce(main_skwd = '01', false) AS main,
       NULL::text AS skwd_name_div, NULL::text AS icd10_cd, prac_str_ymd, outcm_div
  FROM :SC_NAME.trial_med_ini_sy
UNION ALL
SELECT '医科外来' AS receipt_type, seq2_no, seq1_no, 'SY' AS record, skwd_name_cd, modif_cd,
       coalesce(modif_cd ~ '^(....)*8002', false) AS suspected, coalesce(main_skwd = '01', false) AS main,
       NULL::text AS skwd_name_div, NULL::text AS icd10_cd, prac_str_ymd, outcm_div
  FROM :SC_NAME.trial_med_gai_sy
UNION ALL
SELECT 'DPC' AS receipt_type, seq2_no, seq1_no, 'SY' AS record, skwd_name_cd, modif_cd,
       coalesce(modif_cd ~ '^(....)*8002', false) AS suspected, coalesce(main_skwd = '01', false) AS main,
       NULL::text AS skwd_name_div, NULL::text AS icd10_cd, prac_str_ymd, outcm_div
  FROM :SC_NAME.trial_dpc_sy
UNION ALL
SELECT 'DPC', seq2_no, seq1_no, 'SB', skwd_name_cd, modif_cd,
       coalesce(modif_cd ~ '^(....)*8002', false), coalesce(skwd_name_div = '11', false),
       skwd_name_div, icd10_cd, NULL, NULL
  FROM :SC_NAME.trial_dpc_sb
;
CREATE INDEX ON :MART.integrated_sy (seq2_no);
CREATE INDEX ON :MART.integrated_sy (skwd_name_cd);
COMMENT ON TABLE :MART.integrated_sy IS '統合SY（傷病名）：SY、SB から、傷病名1つに1行';
COMMENT ON COLUMN :MART.integrated_sy.receipt_type IS '区分（医科入院、医科外来、DPC、調剤、外来の調剤）';
COMMENT ON COLUMN :MART.integrated_sy.seq2_no IS 'レセプトのキー。区分と合わせて使う';
COMMENT ON COLUMN :MART.integrated_sy.seq1_no IS 'レセプト内の行の順';
COMMENT ON COLUMN :MART.integrated_sy.record IS '元のレコード（SY または SB）';
COMMENT ON COLUMN :MART.integrated_sy.skwd_name_cd IS '傷病名コード。9の並びはまれなコード';
COMMENT ON COLUMN :MART.integrated_sy.modif_cd IS '修飾語コード（4桁の連結）';
COMMENT ON COLUMN :MART.integrated_sy.suspected IS '疑い病名（修飾語に8002）';
COMMENT ON COLUMN :MART.integrated_sy.main IS '主傷病（SYは主傷病01、SBは傷病名区分11）';
COMMENT ON COLUMN :MART.integrated_sy.skwd_name_div IS '傷病名区分（SBのみ）';
COMMENT ON COLUMN :MART.integrated_sy.icd10_cd IS 'ICD-10（SBのみ）';
COMMENT ON COLUMN :MART.integrated_sy.prac_str_ymd IS '診療開始日（SYのみ）';
COMMENT ON COLUMN :MART.integrated_sy.outcm_div IS '転帰区分（SYのみ）';

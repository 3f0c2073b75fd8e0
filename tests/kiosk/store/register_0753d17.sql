-- A register as the code of commit 0753d17 made it (revision 0002): two invented members, one moved and bound, an open and
-- a finished order. Dumped by sqlite3 as text; every person is invented.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE certificate_binding (
	id INTEGER NOT NULL, 
	binding_key VARCHAR(64) NOT NULL, 
	member_id INTEGER NOT NULL, 
	last_day DATE NOT NULL, 
	bound_at DATETIME NOT NULL, 
	bound_by VARCHAR(64) NOT NULL, 
	ended_at DATETIME, 
	ended_by VARCHAR(64), 
	PRIMARY KEY (id), 
	CONSTRAINT ended_by_somebody CHECK ((ended_at IS NULL) = (ended_by IS NULL)), 
	FOREIGN KEY(member_id) REFERENCES member (id)
);
INSERT INTO "certificate_binding" VALUES(1,'1111111111111111111111111111111111111111111111111111111111111111',1,'2028-05-06','2026-07-02 03:00:00.000000','窓口 一子',NULL,NULL);
CREATE TABLE import_batch (
	id INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	valid_from DATE NOT NULL, 
	file_name_sha256 VARCHAR(64) NOT NULL, 
	content_sha256 VARCHAR(64) NOT NULL, 
	inserted INTEGER NOT NULL, 
	updated INTEGER NOT NULL, 
	unchanged INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "import_batch" VALUES(1,'2026-06-01 12:00:00.000000','2026-06-01','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',2,0,0,0);
INSERT INTO "import_batch" VALUES(2,'2026-07-01 12:00:00.000000','2026-07-01','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',0,1,1,0);
CREATE TABLE issuance_order (
	number INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	document VARCHAR(16) NOT NULL CONSTRAINT order_document_code CHECK (document IN ('notice', 'confirmation')), 
	reasons VARCHAR(1000) NOT NULL, 
	requested_at DATETIME NOT NULL, 
	requested_by VARCHAR(64) NOT NULL, 
	valid_from DATE, 
	valid_until DATE, 
	state VARCHAR(16) NOT NULL CONSTRAINT order_state_code CHECK (state IN ('open', 'done', 'cancelled')), 
	ended_at DATETIME, 
	ended_by VARCHAR(64), 
	ended_why VARCHAR(200), 
	issued_on DATE, 
	version INTEGER, 
	file_batch_id INTEGER, 
	PRIMARY KEY (number), 
	CONSTRAINT version_written FOREIGN KEY(member_id, version) REFERENCES member_version (member_id, version), 
	CONSTRAINT confirmation_is_valid CHECK ((document = 'confirmation') = (valid_from IS NOT NULL)), 
	CONSTRAINT validity_has_both CHECK ((valid_from IS NULL) = (valid_until IS NULL)), 
	CONSTRAINT validity_in_order CHECK (valid_until >= valid_from), 
	CONSTRAINT ended_at_some_time CHECK ((state = 'open') = (ended_at IS NULL)), 
	CONSTRAINT order_ended_by_somebody CHECK ((ended_at IS NULL) = (ended_by IS NULL)), 
	CONSTRAINT cancelled_for_a_reason CHECK ((state = 'cancelled') = (ended_why IS NOT NULL)), 
	CONSTRAINT done_on_a_day CHECK ((state = 'done') = (issued_on IS NOT NULL)), 
	CONSTRAINT done_is_in_the_register CHECK ((state = 'done') = (version IS NOT NULL)), 
	CONSTRAINT file_knows_what_is_done CHECK (file_batch_id IS NULL OR state = 'done'), 
	FOREIGN KEY(member_id) REFERENCES member (id), 
	FOREIGN KEY(file_batch_id) REFERENCES import_batch (id)
);
INSERT INTO "issuance_order" VALUES(1,2,'confirmation','moved_to_late_elderly','2026-07-03 03:00:00.000000','窓口 一子','2026-07-03','2031-07-02','open',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "issuance_order" VALUES(2,1,'notice','moved_to_late_elderly','2026-07-03 03:00:00.000000','窓口 一子',NULL,NULL,'done','2026-07-06 03:00:00.000000','窓口 一子',NULL,'2026-07-06',3,NULL);
CREATE TABLE member (
	id INTEGER NOT NULL, 
	reference VARCHAR(64) NOT NULL, 
	insurer_number VARCHAR(8) NOT NULL, 
	symbol VARCHAR(20) NOT NULL, 
	number VARCHAR(20) NOT NULL, 
	branch VARCHAR(2) NOT NULL, 
	confirmed_batch_id INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT member_key UNIQUE (insurer_number, symbol, number, branch), 
	CONSTRAINT member_reference UNIQUE (reference), 
	FOREIGN KEY(confirmed_batch_id) REFERENCES import_batch (id)
);
INSERT INTO "member" VALUES(1,'133033:71-0000:000001:00','133033','71-0000','000001','00',2);
INSERT INTO "member" VALUES(2,'133033:71-0000:000001:01','133033','71-0000','000001','01',2);
CREATE TABLE member_version (
	member_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	kana VARCHAR(100) NOT NULL, 
	birth_date DATE NOT NULL, 
	sex VARCHAR(16) CONSTRAINT sex_code CHECK (sex IN ('male', 'female', 'unset')), 
	relationship VARCHAR(16) CONSTRAINT relationship_code CHECK (relationship IN ('self', 'family')), 
	household_head VARCHAR(100) NOT NULL, 
	postal_code VARCHAR(8) NOT NULL, 
	address VARCHAR(300) NOT NULL, 
	employer VARCHAR(200) NOT NULL, 
	acquired_on DATE NOT NULL, 
	lost_on DATE, 
	copay_percent INTEGER CHECK (copay_percent BETWEEN 0 AND 30), 
	limit_class VARCHAR(20) NOT NULL, 
	filed_on DATE, 
	my_number_reported BOOLEAN, 
	linked_on DATE, 
	card VARCHAR(16) NOT NULL CONSTRAINT card_code CHECK (card IN ('held', 'never_issued', 'returned', 'lost')), 
	certificate VARCHAR(16) CONSTRAINT certificate_code CHECK (certificate IN ('valid', 'expired', 'revoked', 'unknown')), 
	certificate_valid_until DATE, 
	registration VARCHAR(16) NOT NULL CONSTRAINT registration_code CHECK (registration IN ('registered', 'unregistered', 'cancelled')), 
	registration_ends_on DATE, 
	confirmation_requested BOOLEAN, 
	notice_issued_on DATE, 
	confirmation_valid_from DATE, 
	confirmation_valid_until DATE, 
	legacy_card_until DATE, 
	recorded_at DATETIME NOT NULL, 
	valid_from DATE NOT NULL, 
	PRIMARY KEY (member_id, version), 
	CONSTRAINT acquired_after_birth CHECK (acquired_on >= birth_date), 
	CONSTRAINT lost_after_acquired CHECK (lost_on >= acquired_on), 
	CONSTRAINT expired_has_last_day CHECK (certificate <> 'expired' OR certificate_valid_until IS NOT NULL), 
	CONSTRAINT confirmation_has_both CHECK ((confirmation_valid_from IS NULL) = (confirmation_valid_until IS NULL)), 
	CONSTRAINT confirmation_in_order CHECK (confirmation_valid_until >= confirmation_valid_from), 
	FOREIGN KEY(member_id) REFERENCES member (id), 
	FOREIGN KEY(batch_id) REFERENCES import_batch (id)
);
INSERT INTO "member_version" VALUES(1,1,1,'土木 太郎','ドボク タロウ','1980-05-06','male','self','土木 太郎','102-0093','東京都千代田区〇〇町1-11-1','〇〇建設 株式会社','2020-04-01',NULL,30,'','2020-04-02',1,'2020-04-08','held','valid','2028-05-06','registered',NULL,0,'2020-04-10',NULL,NULL,NULL,'2026-06-01 12:00:00.000000','2026-06-01');
INSERT INTO "member_version" VALUES(2,1,1,'土木 花子','ドボク ハナコ','1985-02-03','female','family','土木 太郎','102-0093','東京都千代田区〇〇町1-11-1','〇〇建設 株式会社','2020-04-01',NULL,30,'','2020-04-02',1,NULL,'never_issued',NULL,NULL,'unregistered',NULL,0,NULL,NULL,NULL,NULL,'2026-06-01 12:00:00.000000','2026-06-01');
INSERT INTO "member_version" VALUES(1,2,2,'土木 太郎','ドボク タロウ','1980-05-06','male','self','土木 太郎','102-0093','東京都新宿区〇〇町2-2-2','〇〇建設 株式会社','2020-04-01',NULL,30,'','2020-04-02',1,'2020-04-08','held','valid','2028-05-06','registered',NULL,0,'2020-04-10',NULL,NULL,NULL,'2026-07-01 12:00:00.000000','2026-07-01');
INSERT INTO "member_version" VALUES(1,3,2,'土木 太郎','ドボク タロウ','1980-05-06','male','self','土木 太郎','102-0093','東京都新宿区〇〇町2-2-2','〇〇建設 株式会社','2020-04-01',NULL,30,'','2020-04-02',1,'2020-04-08','held','valid','2028-05-06','registered',NULL,0,'2026-07-06',NULL,NULL,NULL,'2026-07-06 03:00:00.000000','2026-07-06');
CREATE TABLE site (
	id INTEGER NOT NULL CONSTRAINT one_site CHECK (id = 1), 
	key_fingerprint VARCHAR(64) NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "site" VALUES(1,'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff');
CREATE UNIQUE INDEX one_member_a_live_key ON certificate_binding (binding_key) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX one_live_key_a_member ON certificate_binding (member_id) WHERE ended_at IS NULL;
CREATE INDEX binding_member ON certificate_binding (member_id);
CREATE UNIQUE INDEX one_open_order ON issuance_order (member_id, document) WHERE ended_at IS NULL;
CREATE INDEX order_member ON issuance_order (member_id);
COMMIT;

CREATE TABLE account (
	id INTEGER NOT NULL, 
	login VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	password_hash VARCHAR, 
	password_set_at DATETIME, 
	must_change_password BOOLEAN NOT NULL, 
	epoch INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	disabled_at DATETIME, 
	failures INTEGER NOT NULL, 
	locked_until DATETIME, 
	last_login_at DATETIME, 
	is_demo BOOLEAN NOT NULL, 
	CONSTRAINT pk_account PRIMARY KEY (id), 
	CONSTRAINT uq_account_login UNIQUE (login)
);

CREATE TABLE admission (
	id INTEGER NOT NULL, 
	mark VARCHAR NOT NULL, 
	code VARCHAR NOT NULL, 
	networks JSON NOT NULL, 
	binds_seat BOOLEAN NOT NULL, 
	browser_settings JSON NOT NULL, 
	config_key VARCHAR NOT NULL, 
	exam_keys JSON NOT NULL, 
	set_by VARCHAR NOT NULL, 
	set_at DATETIME NOT NULL, 
	CONSTRAINT pk_admission PRIMARY KEY (id)
);

CREATE TABLE answer_file (
	id INTEGER NOT NULL, 
	attempt_id INTEGER NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	kept_at DATETIME NOT NULL, 
	counted INTEGER NOT NULL, 
	aside INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	recordings INTEGER NOT NULL, 
	taken_by VARCHAR NOT NULL, 
	taken_at DATETIME NOT NULL, 
	CONSTRAINT pk_answer_file PRIMARY KEY (id), 
	CONSTRAINT uq_answer_file_attempt_id_sha256 UNIQUE (attempt_id, sha256), 
	CONSTRAINT fk_answer_file_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id)
);

CREATE TABLE appointment (
	id INTEGER NOT NULL, 
	instructor_id INTEGER NOT NULL, 
	number VARCHAR NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE NOT NULL, 
	approver VARCHAR NOT NULL, 
	by_name VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	letter_id INTEGER, 
	CONSTRAINT pk_appointment PRIMARY KEY (id), 
	CONSTRAINT ck_appointment_ends_after_start CHECK (ends_on >= starts_on), 
	CONSTRAINT fk_appointment_instructor_id FOREIGN KEY(instructor_id) REFERENCES instructor (id) ON DELETE CASCADE, 
	CONSTRAINT uq_appointment_number UNIQUE (number), 
	CONSTRAINT fk_appointment_letter_id FOREIGN KEY(letter_id) REFERENCES upload (id)
);

CREATE INDEX ix_appointment_instructor_id ON appointment (instructor_id);

CREATE TABLE arrival (
	id INTEGER NOT NULL, 
	candidate_id INTEGER NOT NULL, 
	present BOOLEAN NOT NULL, 
	minutes_late INTEGER NOT NULL, 
	reason VARCHAR NOT NULL, 
	noted_by VARCHAR NOT NULL, 
	noted_at DATETIME NOT NULL, 
	CONSTRAINT pk_arrival PRIMARY KEY (id), 
	CONSTRAINT ck_arrival_not_before CHECK (minutes_late >= 0), 
	CONSTRAINT fk_arrival_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidate (id) ON DELETE CASCADE
);

CREATE INDEX ix_arrival_candidate_id ON arrival (candidate_id);

CREATE TABLE assembly (
	id INTEGER NOT NULL, 
	blueprint_id INTEGER NOT NULL, 
	job_id INTEGER, 
	title VARCHAR NOT NULL, 
	seed INTEGER NOT NULL, 
	papers INTEGER NOT NULL, 
	variants INTEGER NOT NULL, 
	reasons JSON NOT NULL, 
	asked_by VARCHAR NOT NULL, 
	asked_at DATETIME NOT NULL, 
	CONSTRAINT pk_assembly PRIMARY KEY (id), 
	CONSTRAINT uq_assembly_blueprint_id_seed UNIQUE (blueprint_id, seed), 
	CONSTRAINT ck_assembly_papers_positive CHECK (papers > 0), 
	CONSTRAINT ck_assembly_variants_positive CHECK (variants > 0), 
	CONSTRAINT fk_assembly_blueprint_id FOREIGN KEY(blueprint_id) REFERENCES blueprint (id) ON DELETE CASCADE, 
	CONSTRAINT fk_assembly_job_id FOREIGN KEY(job_id) REFERENCES job (id)
);

CREATE TABLE attempt (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	variant_id INTEGER NOT NULL, 
	admission_id INTEGER, 
	title VARCHAR NOT NULL, 
	seed INTEGER NOT NULL, 
	slots INTEGER NOT NULL, 
	opens_at DATETIME NOT NULL, 
	closes_at DATETIME NOT NULL, 
	minutes INTEGER NOT NULL, 
	extension_minutes INTEGER NOT NULL, 
	grace_seconds INTEGER NOT NULL, 
	lease INTEGER NOT NULL, 
	leased_at DATETIME, 
	opened_from VARCHAR NOT NULL, 
	started_at DATETIME, 
	deadline DATETIME, 
	accepts_until DATETIME, 
	last_seen_at DATETIME, 
	unsent INTEGER NOT NULL, 
	paused_at DATETIME, 
	notice VARCHAR NOT NULL, 
	noticed_at DATETIME, 
	submitted_at DATETIME, 
	submitted_by VARCHAR(40), 
	answered INTEGER NOT NULL, 
	answer_digest VARCHAR NOT NULL, 
	receipt VARCHAR NOT NULL, 
	CONSTRAINT pk_attempt PRIMARY KEY (id), 
	CONSTRAINT ck_attempt_closes_after_open CHECK (closes_at > opens_at), 
	CONSTRAINT ck_attempt_minutes_positive CHECK (minutes > 0), 
	CONSTRAINT ck_attempt_slots_positive CHECK (slots > 0), 
	CONSTRAINT fk_attempt_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_attempt_variant_id FOREIGN KEY(variant_id) REFERENCES variant (id), 
	CONSTRAINT fk_attempt_admission_id FOREIGN KEY(admission_id) REFERENCES admission (id)
);

CREATE INDEX ix_attempt_deadline ON attempt (deadline);

CREATE INDEX ix_attempt_person_id_opens_at ON attempt (person_id, opens_at);

CREATE INDEX ix_attempt_receipt ON attempt (receipt);

CREATE INDEX ix_attempt_variant_id ON attempt (variant_id);

CREATE TABLE attendance_mark (
	id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	half_day VARCHAR(40) NOT NULL, 
	presence VARCHAR(40) NOT NULL, 
	note VARCHAR NOT NULL, 
	marked_by VARCHAR NOT NULL, 
	marked_at DATETIME NOT NULL, 
	CONSTRAINT pk_attendance_mark PRIMARY KEY (id), 
	CONSTRAINT uq_attendance_mark_enrolment_id_day_half_day UNIQUE (enrolment_id, day, half_day), 
	CONSTRAINT fk_attendance_mark_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id)
);

CREATE TABLE audit_entry (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor_id INTEGER, 
	actor_name VARCHAR NOT NULL, 
	action VARCHAR NOT NULL, 
	subject_kind VARCHAR NOT NULL, 
	subject_id INTEGER, 
	sentence VARCHAR NOT NULL, 
	details JSON NOT NULL, 
	CONSTRAINT pk_audit_entry PRIMARY KEY (id)
);

CREATE INDEX ix_audit_entry_action ON audit_entry (action);

CREATE INDEX ix_audit_entry_actor_id ON audit_entry (actor_id);

CREATE INDEX ix_audit_entry_at ON audit_entry (at);

CREATE INDEX ix_audit_entry_subject_kind_subject_id ON audit_entry (subject_kind, subject_id);

CREATE TABLE audit_seal (
	id INTEGER NOT NULL, 
	first_entry_id INTEGER NOT NULL, 
	last_entry_id INTEGER NOT NULL, 
	entries INTEGER NOT NULL, 
	previous_hash VARCHAR NOT NULL, 
	hash VARCHAR NOT NULL, 
	sealed_at DATETIME NOT NULL, 
	CONSTRAINT pk_audit_seal PRIMARY KEY (id), 
	CONSTRAINT uq_audit_seal_first_entry_id UNIQUE (first_entry_id), 
	CONSTRAINT uq_audit_seal_last_entry_id UNIQUE (last_entry_id), 
	CONSTRAINT uq_audit_seal_hash UNIQUE (hash)
);

CREATE TABLE availability_period (
	id INTEGER NOT NULL, 
	instructor_id INTEGER NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE NOT NULL, 
	can_come BOOLEAN NOT NULL, 
	reason VARCHAR NOT NULL, 
	by_name VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_availability_period PRIMARY KEY (id), 
	CONSTRAINT ck_availability_period_ends_after_start CHECK (ends_on >= starts_on), 
	CONSTRAINT fk_availability_period_instructor_id FOREIGN KEY(instructor_id) REFERENCES instructor (id) ON DELETE CASCADE
);

CREATE INDEX ix_availability_period_instructor_id ON availability_period (instructor_id);

CREATE TABLE bank (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	note VARCHAR NOT NULL, 
	access VARCHAR(40) NOT NULL, 
	owner_id INTEGER, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_bank PRIMARY KEY (id), 
	CONSTRAINT uq_bank_name UNIQUE (name), 
	CONSTRAINT fk_bank_owner_id FOREIGN KEY(owner_id) REFERENCES account (id)
);

CREATE INDEX ix_bank_owner_id ON bank (owner_id);

CREATE TABLE bank_reader (
	bank_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	opened_by VARCHAR NOT NULL, 
	opened_at DATETIME NOT NULL, 
	CONSTRAINT pk_bank_reader PRIMARY KEY (bank_id, account_id), 
	CONSTRAINT fk_bank_reader_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id) ON DELETE CASCADE, 
	CONSTRAINT fk_bank_reader_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);

CREATE INDEX ix_bank_reader_account_id ON bank_reader (account_id);

CREATE TABLE blind_response (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	attempt_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	item_version_id INTEGER NOT NULL, 
	blind_number INTEGER NOT NULL, 
	copy INTEGER NOT NULL, 
	standing VARCHAR(40) NOT NULL, 
	collected_at DATETIME NOT NULL, 
	CONSTRAINT pk_blind_response PRIMARY KEY (id), 
	CONSTRAINT uq_blind_response_attempt_id_number_copy UNIQUE (attempt_id, number, copy), 
	CONSTRAINT uq_blind_response_exam_id_item_version_id_blind_number UNIQUE (exam_id, item_version_id, blind_number), 
	CONSTRAINT fk_blind_response_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id), 
	CONSTRAINT fk_blind_response_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id), 
	CONSTRAINT fk_blind_response_item_version_id FOREIGN KEY(item_version_id) REFERENCES item_version (id)
);

CREATE INDEX ix_blind_response_item_version_id ON blind_response (item_version_id);

CREATE TABLE blocking (
	id INTEGER NOT NULL, 
	venue_id INTEGER NOT NULL, 
	starts_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	reason VARCHAR NOT NULL, 
	by_name VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_blocking PRIMARY KEY (id), 
	CONSTRAINT ck_blocking_ends_after_start CHECK (ends_at > starts_at), 
	CONSTRAINT fk_blocking_venue_id FOREIGN KEY(venue_id) REFERENCES venue (id)
);

CREATE INDEX ix_blocking_venue_id_starts_at ON blocking (venue_id, starts_at);

CREATE TABLE blueprint (
	id INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	minutes INTEGER NOT NULL, 
	policies JSON NOT NULL, 
	target BIGINT, 
	tolerance BIGINT NOT NULL, 
	shared_limit INTEGER, 
	repeat_limit INTEGER, 
	pool INTEGER NOT NULL, 
	created_by VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_blueprint PRIMARY KEY (id), 
	CONSTRAINT ck_blueprint_target_positive CHECK (target IS NULL OR target > 0), 
	CONSTRAINT ck_blueprint_shared_limit_percent CHECK (shared_limit BETWEEN 0 AND 100), 
	CONSTRAINT ck_blueprint_repeat_limit_percent CHECK (repeat_limit BETWEEN 0 AND 100), 
	CONSTRAINT ck_blueprint_pool_positive CHECK (pool > 0), 
	CONSTRAINT uq_blueprint_title UNIQUE (title)
);

CREATE TABLE blueprint_row (
	id INTEGER NOT NULL, 
	blueprint_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	bank_id INTEGER, 
	topic_id INTEGER, 
	difficulty VARCHAR(40), 
	cognition VARCHAR(40), 
	count INTEGER NOT NULL, 
	points BIGINT NOT NULL, 
	CONSTRAINT pk_blueprint_row PRIMARY KEY (id), 
	CONSTRAINT uq_blueprint_row_blueprint_id_position UNIQUE (blueprint_id, position), 
	CONSTRAINT ck_blueprint_row_count_positive CHECK (count > 0), 
	CONSTRAINT ck_blueprint_row_points_positive CHECK (points > 0), 
	CONSTRAINT fk_blueprint_row_blueprint_id FOREIGN KEY(blueprint_id) REFERENCES blueprint (id) ON DELETE CASCADE, 
	CONSTRAINT fk_blueprint_row_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id), 
	CONSTRAINT fk_blueprint_row_topic_id FOREIGN KEY(topic_id) REFERENCES topic (id)
);

CREATE TABLE booking (
	id INTEGER NOT NULL, 
	venue_id INTEGER, 
	person_id INTEGER, 
	cohort_id INTEGER, 
	starts_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	holder_kind VARCHAR NOT NULL, 
	holder_id INTEGER NOT NULL, 
	label VARCHAR NOT NULL, 
	CONSTRAINT pk_booking PRIMARY KEY (id), 
	CONSTRAINT ck_booking_ends_after_start CHECK (ends_at > starts_at), 
	CONSTRAINT ck_booking_claims_one_thing CHECK ((CASE WHEN venue_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN cohort_id IS NULL THEN 0 ELSE 1 END) = 1), 
	CONSTRAINT fk_booking_venue_id FOREIGN KEY(venue_id) REFERENCES venue (id), 
	CONSTRAINT fk_booking_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_booking_cohort_id_starts_at ON booking (cohort_id, starts_at);

CREATE INDEX ix_booking_holder_kind_holder_id ON booking (holder_kind, holder_id);

CREATE INDEX ix_booking_person_id_starts_at ON booking (person_id, starts_at);

CREATE INDEX ix_booking_venue_id_starts_at ON booking (venue_id, starts_at);

CREATE TABLE bucket (
	item_version_id INTEGER NOT NULL, 
	number BIGINT NOT NULL, 
	CONSTRAINT pk_bucket PRIMARY KEY (item_version_id, number), 
	CONSTRAINT fk_bucket_item_version_id FOREIGN KEY(item_version_id) REFERENCES fingerprint (item_version_id) ON DELETE CASCADE
)
 WITHOUT ROWID;

CREATE INDEX ix_bucket_number ON bucket (number);

CREATE TABLE bulk_change (
	id INTEGER NOT NULL, 
	field VARCHAR(40) NOT NULL, 
	value VARCHAR NOT NULL, 
	items INTEGER NOT NULL, 
	made_by VARCHAR NOT NULL, 
	made_at DATETIME NOT NULL, 
	undone_by VARCHAR NOT NULL, 
	undone_at DATETIME, 
	CONSTRAINT pk_bulk_change PRIMARY KEY (id)
);

CREATE TABLE bulk_change_line (
	change_id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	"before" VARCHAR NOT NULL, 
	made INTEGER, 
	CONSTRAINT pk_bulk_change_line PRIMARY KEY (change_id, item_id), 
	CONSTRAINT fk_bulk_change_line_change_id FOREIGN KEY(change_id) REFERENCES bulk_change (id) ON DELETE CASCADE, 
	CONSTRAINT fk_bulk_change_line_item_id FOREIGN KEY(item_id) REFERENCES item (id) ON DELETE CASCADE
);

CREATE INDEX ix_bulk_change_line_item_id ON bulk_change_line (item_id);

CREATE TABLE calendar_feed (
	id INTEGER NOT NULL, 
	token VARCHAR NOT NULL, 
	account_id INTEGER NOT NULL, 
	person_id INTEGER, 
	cohort_id INTEGER, 
	venue_id INTEGER, 
	made_at DATETIME NOT NULL, 
	revoked_at DATETIME, 
	CONSTRAINT pk_calendar_feed PRIMARY KEY (id), 
	CONSTRAINT ck_calendar_feed_is_of_one_thing CHECK ((CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN cohort_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN venue_id IS NULL THEN 0 ELSE 1 END) = 1), 
	CONSTRAINT uq_calendar_feed_token UNIQUE (token), 
	CONSTRAINT fk_calendar_feed_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_calendar_feed_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_calendar_feed_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_calendar_feed_venue_id FOREIGN KEY(venue_id) REFERENCES venue (id)
);

CREATE INDEX ix_calendar_feed_account_id ON calendar_feed (account_id);

CREATE TABLE candidate (
	id INTEGER NOT NULL, 
	sitting_id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	attempt_id INTEGER, 
	seat INTEGER NOT NULL, 
	CONSTRAINT pk_candidate PRIMARY KEY (id), 
	CONSTRAINT uq_candidate_sitting_id_enrolment_id UNIQUE (sitting_id, enrolment_id), 
	CONSTRAINT uq_candidate_sitting_id_seat UNIQUE (sitting_id, seat), 
	CONSTRAINT fk_candidate_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id) ON DELETE CASCADE, 
	CONSTRAINT fk_candidate_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT uq_candidate_attempt_id UNIQUE (attempt_id), 
	CONSTRAINT fk_candidate_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id)
);

CREATE INDEX ix_candidate_enrolment_id ON candidate (enrolment_id);

CREATE TABLE certificate (
	id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	number VARCHAR NOT NULL, 
	check_code VARCHAR NOT NULL, 
	issued_on DATE NOT NULL, 
	issued_by VARCHAR NOT NULL, 
	CONSTRAINT pk_certificate PRIMARY KEY (id), 
	CONSTRAINT uq_certificate_enrolment_id UNIQUE (enrolment_id), 
	CONSTRAINT fk_certificate_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT uq_certificate_number UNIQUE (number), 
	CONSTRAINT uq_certificate_check_code UNIQUE (check_code)
);

CREATE TABLE check_script (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	attempt_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	item_version_id INTEGER NOT NULL, 
	points BIGINT NOT NULL, 
	rubric_points JSON NOT NULL, 
	note VARCHAR NOT NULL, 
	chosen_by VARCHAR NOT NULL, 
	chosen_at DATETIME NOT NULL, 
	CONSTRAINT pk_check_script PRIMARY KEY (id), 
	CONSTRAINT uq_check_script_attempt_id_number UNIQUE (attempt_id, number), 
	CONSTRAINT fk_check_script_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id), 
	CONSTRAINT fk_check_script_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id), 
	CONSTRAINT fk_check_script_item_version_id FOREIGN KEY(item_version_id) REFERENCES item_version (id)
);

CREATE INDEX ix_check_script_exam_id ON check_script (exam_id);

CREATE INDEX ix_check_script_item_version_id ON check_script (item_version_id);

CREATE TABLE closure (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	closed_by VARCHAR NOT NULL, 
	closed_at DATETIME NOT NULL, 
	checks JSON NOT NULL, 
	CONSTRAINT pk_closure PRIMARY KEY (id), 
	CONSTRAINT uq_closure_cohort_id UNIQUE (cohort_id), 
	CONSTRAINT fk_closure_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id)
);

CREATE TABLE cohort (
	id INTEGER NOT NULL, 
	programme_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	purpose VARCHAR NOT NULL, 
	audience VARCHAR NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE NOT NULL, 
	capacity INTEGER NOT NULL, 
	sponsor VARCHAR NOT NULL, 
	adviser_id INTEGER, 
	created_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_cohort PRIMARY KEY (id), 
	CONSTRAINT uq_cohort_programme_id_number UNIQUE (programme_id, number), 
	CONSTRAINT ck_cohort_ends_after_start CHECK (ends_on >= starts_on), 
	CONSTRAINT ck_cohort_capacity_positive CHECK (capacity > 0), 
	CONSTRAINT fk_cohort_programme_id FOREIGN KEY(programme_id) REFERENCES programme (id), 
	CONSTRAINT fk_cohort_adviser_id FOREIGN KEY(adviser_id) REFERENCES person (id)
);

CREATE TABLE cohort_course (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	hours BIGINT NOT NULL, 
	CONSTRAINT pk_cohort_course PRIMARY KEY (id), 
	CONSTRAINT uq_cohort_course_cohort_id_course_id UNIQUE (cohort_id, course_id), 
	CONSTRAINT fk_cohort_course_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id) ON DELETE CASCADE, 
	CONSTRAINT fk_cohort_course_course_id FOREIGN KEY(course_id) REFERENCES course (id)
);

CREATE TABLE cohort_file (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	filed_by VARCHAR NOT NULL, 
	filed_at DATETIME NOT NULL, 
	bundle_id INTEGER, 
	job_id INTEGER, 
	missing JSON NOT NULL, 
	CONSTRAINT pk_cohort_file PRIMARY KEY (id), 
	CONSTRAINT uq_cohort_file_cohort_id_number UNIQUE (cohort_id, number), 
	CONSTRAINT fk_cohort_file_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_cohort_file_bundle_id FOREIGN KEY(bundle_id) REFERENCES upload (id), 
	CONSTRAINT fk_cohort_file_job_id FOREIGN KEY(job_id) REFERENCES job (id)
);

CREATE TABLE cohort_step (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	stage VARCHAR(40) NOT NULL, 
	by_id INTEGER, 
	by_name VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	note VARCHAR NOT NULL, 
	CONSTRAINT pk_cohort_step PRIMARY KEY (id), 
	CONSTRAINT uq_cohort_step_cohort_id_stage UNIQUE (cohort_id, stage), 
	CONSTRAINT fk_cohort_step_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id) ON DELETE CASCADE, 
	CONSTRAINT fk_cohort_step_by_id FOREIGN KEY(by_id) REFERENCES account (id)
);

CREATE TABLE column_mapping (
	signature VARCHAR NOT NULL, 
	columns JSON NOT NULL, 
	chosen_by VARCHAR NOT NULL, 
	chosen_at DATETIME NOT NULL, 
	CONSTRAINT pk_column_mapping PRIMARY KEY (signature)
);

CREATE TABLE conduct_entry (
	id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	points BIGINT NOT NULL, 
	sentence VARCHAR NOT NULL, 
	recorded_by VARCHAR NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	acknowledged_at DATETIME, 
	withdrawn_at DATETIME, 
	withdrawal_reason VARCHAR NOT NULL, 
	CONSTRAINT pk_conduct_entry PRIMARY KEY (id), 
	CONSTRAINT fk_conduct_entry_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id)
);

CREATE INDEX ix_conduct_entry_enrolment_id ON conduct_entry (enrolment_id);

CREATE TABLE course (
	id INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	form VARCHAR(40) NOT NULL, 
	hours BIGINT NOT NULL, 
	theme VARCHAR(40), 
	summary VARCHAR NOT NULL, 
	retired_on DATE, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_course PRIMARY KEY (id), 
	CONSTRAINT ck_course_hours_positive CHECK (hours > 0), 
	CONSTRAINT uq_course_title UNIQUE (title)
);

CREATE TABLE course_topic (
	id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	topic_id INTEGER NOT NULL, 
	CONSTRAINT pk_course_topic PRIMARY KEY (id), 
	CONSTRAINT fk_course_topic_course_id FOREIGN KEY(course_id) REFERENCES course (id), 
	CONSTRAINT fk_course_topic_topic_id FOREIGN KEY(topic_id) REFERENCES topic (id)
);

CREATE INDEX ix_course_topic_course_id ON course_topic (course_id);

CREATE INDEX ix_course_topic_topic_id ON course_topic (topic_id);

CREATE TABLE courseware_due (
	id INTEGER NOT NULL, 
	lesson_id INTEGER NOT NULL, 
	due_on DATE NOT NULL, 
	asked_by VARCHAR NOT NULL, 
	asked_at DATETIME NOT NULL, 
	material_id INTEGER, 
	sha256 VARCHAR, 
	pinned_by VARCHAR NOT NULL, 
	pinned_at DATETIME, 
	reminded_at DATETIME, 
	late_told_at DATETIME, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_courseware_due PRIMARY KEY (id), 
	CONSTRAINT ck_courseware_due_pinned_with_hash CHECK ((material_id IS NULL) = (sha256 IS NULL)), 
	CONSTRAINT uq_courseware_due_lesson_id UNIQUE (lesson_id), 
	CONSTRAINT fk_courseware_due_lesson_id FOREIGN KEY(lesson_id) REFERENCES lesson (id) ON DELETE CASCADE, 
	CONSTRAINT fk_courseware_due_material_id FOREIGN KEY(material_id) REFERENCES material (id)
);

CREATE TABLE dispatch (
	id INTEGER NOT NULL, 
	notice_id INTEGER NOT NULL, 
	channel VARCHAR NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	tries INTEGER NOT NULL, 
	next_try_at DATETIME NOT NULL, 
	sent_at DATETIME, 
	failure VARCHAR NOT NULL, 
	CONSTRAINT pk_dispatch PRIMARY KEY (id), 
	CONSTRAINT fk_dispatch_notice_id FOREIGN KEY(notice_id) REFERENCES notice (id) ON DELETE CASCADE
);

CREATE INDEX ix_dispatch_state_next_try_at ON dispatch (state, next_try_at);

CREATE TABLE enclosure (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	upload_id INTEGER NOT NULL, 
	added_by VARCHAR NOT NULL, 
	added_at DATETIME NOT NULL, 
	CONSTRAINT pk_enclosure PRIMARY KEY (id), 
	CONSTRAINT uq_enclosure_cohort_id_entry_title UNIQUE (cohort_id, entry, title), 
	CONSTRAINT ck_enclosure_entry_positive CHECK (entry > 0), 
	CONSTRAINT fk_enclosure_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_enclosure_upload_id FOREIGN KEY(upload_id) REFERENCES upload (id)
);

CREATE TABLE enemy (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	CONSTRAINT pk_enemy PRIMARY KEY (id), 
	CONSTRAINT uq_enemy_group_id_item_id UNIQUE (group_id, item_id), 
	CONSTRAINT fk_enemy_group_id FOREIGN KEY(group_id) REFERENCES enemy_group (id) ON DELETE CASCADE, 
	CONSTRAINT fk_enemy_item_id FOREIGN KEY(item_id) REFERENCES item (id) ON DELETE CASCADE
);

CREATE INDEX ix_enemy_item_id ON enemy (item_id);

CREATE TABLE enemy_group (
	id INTEGER NOT NULL, 
	reason VARCHAR NOT NULL, 
	created_by VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_enemy_group PRIMARY KEY (id)
);

CREATE TABLE enrolment (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	learner_number VARCHAR NOT NULL, 
	group_name VARCHAR NOT NULL, 
	duty VARCHAR NOT NULL, 
	dormitory VARCHAR NOT NULL, 
	enrolled_at DATETIME NOT NULL, 
	withdrawn_on DATE, 
	withdrawal_reason VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_enrolment PRIMARY KEY (id), 
	CONSTRAINT uq_enrolment_cohort_id_person_id UNIQUE (cohort_id, person_id), 
	CONSTRAINT uq_enrolment_cohort_id_learner_number UNIQUE (cohort_id, learner_number), 
	CONSTRAINT fk_enrolment_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_enrolment_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_enrolment_person_id ON enrolment (person_id);

CREATE TABLE evaluation_ballot (
	id VARCHAR NOT NULL, 
	lesson_id INTEGER, 
	cohort_id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	instructor_id INTEGER NOT NULL, 
	held_on DATE NOT NULL, 
	points BIGINT NOT NULL, 
	marks JSON NOT NULL, 
	remark VARCHAR NOT NULL, 
	CONSTRAINT pk_evaluation_ballot PRIMARY KEY (id), 
	CONSTRAINT ck_evaluation_ballot_points_not_negative CHECK (points >= 0), 
	CONSTRAINT fk_evaluation_ballot_lesson_id FOREIGN KEY(lesson_id) REFERENCES lesson (id) ON DELETE SET NULL, 
	CONSTRAINT fk_evaluation_ballot_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_evaluation_ballot_course_id FOREIGN KEY(course_id) REFERENCES course (id), 
	CONSTRAINT fk_evaluation_ballot_instructor_id FOREIGN KEY(instructor_id) REFERENCES instructor (id)
);

CREATE INDEX ix_evaluation_ballot_instructor_id_held_on ON evaluation_ballot (instructor_id, held_on);

CREATE INDEX ix_evaluation_ballot_lesson_id ON evaluation_ballot (lesson_id);

CREATE TABLE evaluation_slip (
	id INTEGER NOT NULL, 
	lesson_id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	CONSTRAINT pk_evaluation_slip PRIMARY KEY (id), 
	CONSTRAINT uq_evaluation_slip_lesson_id_enrolment_id UNIQUE (lesson_id, enrolment_id), 
	CONSTRAINT fk_evaluation_slip_lesson_id FOREIGN KEY(lesson_id) REFERENCES lesson (id) ON DELETE CASCADE, 
	CONSTRAINT fk_evaluation_slip_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id)
);

CREATE TABLE exam (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	paper_id INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	purpose VARCHAR(40) NOT NULL, 
	pass_score BIGINT NOT NULL, 
	makes_up_id INTEGER, 
	withdrawal_id INTEGER, 
	to_confirm BOOLEAN NOT NULL, 
	created_by VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_exam PRIMARY KEY (id), 
	CONSTRAINT fk_exam_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_exam_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id), 
	CONSTRAINT fk_exam_makes_up_id FOREIGN KEY(makes_up_id) REFERENCES exam (id), 
	CONSTRAINT uq_exam_withdrawal_id UNIQUE (withdrawal_id), 
	CONSTRAINT fk_exam_withdrawal_id FOREIGN KEY(withdrawal_id) REFERENCES exam_withdrawal (id)
);

CREATE UNIQUE INDEX uq_exam_standing_title ON exam (cohort_id, title) WHERE withdrawal_id IS NULL;

CREATE TABLE exam_course (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	CONSTRAINT pk_exam_course PRIMARY KEY (id), 
	CONSTRAINT uq_exam_course_exam_id_course_id UNIQUE (exam_id, course_id), 
	CONSTRAINT fk_exam_course_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id) ON DELETE CASCADE, 
	CONSTRAINT fk_exam_course_course_id FOREIGN KEY(course_id) REFERENCES course (id)
);

CREATE TABLE exam_exemption (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	reason VARCHAR NOT NULL, 
	approved_by VARCHAR NOT NULL, 
	approved_at DATETIME NOT NULL, 
	CONSTRAINT pk_exam_exemption PRIMARY KEY (id), 
	CONSTRAINT uq_exam_exemption_cohort_id_course_id UNIQUE (cohort_id, course_id), 
	CONSTRAINT fk_exam_exemption_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_exam_exemption_course_id FOREIGN KEY(course_id) REFERENCES course (id)
);

CREATE TABLE exam_withdrawal (
	id INTEGER NOT NULL, 
	reason VARCHAR NOT NULL, 
	withdrawn_by VARCHAR NOT NULL, 
	withdrawn_at DATETIME NOT NULL, 
	CONSTRAINT pk_exam_withdrawal PRIMARY KEY (id)
);

CREATE TABLE fee_line (
	id INTEGER NOT NULL, 
	sheet_id INTEGER NOT NULL, 
	instructor_id INTEGER NOT NULL, 
	lesson_id INTEGER, 
	course VARCHAR NOT NULL, 
	starts_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	taught_hours BIGINT NOT NULL, 
	level VARCHAR(40) NOT NULL, 
	hours BIGINT NOT NULL, 
	rate BIGINT NOT NULL, 
	net BIGINT NOT NULL, 
	tax BIGINT NOT NULL, 
	reasons JSON NOT NULL, 
	counter_of_id INTEGER, 
	CONSTRAINT pk_fee_line PRIMARY KEY (id), 
	CONSTRAINT ck_fee_line_counter_is_negative CHECK (counter_of_id IS NULL OR net <= 0), 
	CONSTRAINT fk_fee_line_sheet_id FOREIGN KEY(sheet_id) REFERENCES fee_sheet (id) ON DELETE CASCADE, 
	CONSTRAINT fk_fee_line_instructor_id FOREIGN KEY(instructor_id) REFERENCES instructor (id), 
	CONSTRAINT fk_fee_line_lesson_id FOREIGN KEY(lesson_id) REFERENCES lesson (id) ON DELETE SET NULL, 
	CONSTRAINT uq_fee_line_counter_of_id UNIQUE (counter_of_id), 
	CONSTRAINT fk_fee_line_counter_of_id FOREIGN KEY(counter_of_id) REFERENCES fee_line (id)
);

CREATE INDEX ix_fee_line_instructor_id ON fee_line (instructor_id);

CREATE INDEX ix_fee_line_lesson_id ON fee_line (lesson_id);

CREATE INDEX ix_fee_line_sheet_id ON fee_line (sheet_id);

CREATE TABLE fee_sheet (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	proposed_by_id INTEGER, 
	proposed_by VARCHAR NOT NULL, 
	proposed_at DATETIME NOT NULL, 
	decided_by VARCHAR NOT NULL, 
	decided_at DATETIME, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_fee_sheet PRIMARY KEY (id), 
	CONSTRAINT uq_fee_sheet_cohort_id_number UNIQUE (cohort_id, number), 
	CONSTRAINT fk_fee_sheet_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_fee_sheet_proposed_by_id FOREIGN KEY(proposed_by_id) REFERENCES account (id)
);

CREATE TABLE filed_document (
	id INTEGER NOT NULL, 
	cohort_file_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	path VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	pages INTEGER, 
	upload_id INTEGER NOT NULL, 
	enrolment_id INTEGER, 
	CONSTRAINT pk_filed_document PRIMARY KEY (id), 
	CONSTRAINT uq_filed_document_cohort_file_id_position UNIQUE (cohort_file_id, position), 
	CONSTRAINT uq_filed_document_cohort_file_id_path UNIQUE (cohort_file_id, path), 
	CONSTRAINT fk_filed_document_cohort_file_id FOREIGN KEY(cohort_file_id) REFERENCES cohort_file (id) ON DELETE CASCADE, 
	CONSTRAINT fk_filed_document_upload_id FOREIGN KEY(upload_id) REFERENCES upload (id), 
	CONSTRAINT fk_filed_document_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id)
);

CREATE INDEX ix_filed_document_enrolment_id ON filed_document (enrolment_id);

CREATE TABLE fingerprint (
	item_version_id INTEGER NOT NULL, 
	scheme INTEGER NOT NULL, 
	CONSTRAINT pk_fingerprint PRIMARY KEY (item_version_id), 
	CONSTRAINT fk_fingerprint_item_version_id FOREIGN KEY(item_version_id) REFERENCES item_version (id) ON DELETE CASCADE
);

CREATE TABLE grant (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	role VARCHAR(40) NOT NULL, 
	granted_by VARCHAR NOT NULL, 
	granted_at DATETIME NOT NULL, 
	CONSTRAINT pk_grant PRIMARY KEY (id), 
	CONSTRAINT uq_grant_account_id_role UNIQUE (account_id, role), 
	CONSTRAINT fk_grant_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);

CREATE TABLE incident (
	id INTEGER NOT NULL, 
	sitting_id INTEGER NOT NULL, 
	candidate_id INTEGER, 
	kind VARCHAR(40) NOT NULL, 
	text VARCHAR NOT NULL, 
	noted_by VARCHAR NOT NULL, 
	noted_at DATETIME NOT NULL, 
	CONSTRAINT pk_incident PRIMARY KEY (id), 
	CONSTRAINT fk_incident_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id), 
	CONSTRAINT fk_incident_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidate (id)
);

CREATE INDEX ix_incident_candidate_id ON incident (candidate_id);

CREATE INDEX ix_incident_sitting_id ON incident (sitting_id);

CREATE TABLE incident_seal (
	id INTEGER NOT NULL, 
	sitting_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	last_sighting INTEGER NOT NULL, 
	last_incident INTEGER NOT NULL, 
	last_intervention INTEGER NOT NULL, 
	entries INTEGER NOT NULL, 
	previous_hash VARCHAR NOT NULL, 
	hash VARCHAR NOT NULL, 
	sealed_at DATETIME NOT NULL, 
	CONSTRAINT pk_incident_seal PRIMARY KEY (id), 
	CONSTRAINT uq_incident_seal_sitting_id_number UNIQUE (sitting_id, number), 
	CONSTRAINT fk_incident_seal_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id), 
	CONSTRAINT uq_incident_seal_hash UNIQUE (hash)
);

CREATE TABLE instructor (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	category VARCHAR(40) NOT NULL, 
	origin VARCHAR(40), 
	title VARCHAR NOT NULL, 
	title_level VARCHAR(40) NOT NULL, 
	title_basis VARCHAR NOT NULL, 
	subjects VARCHAR NOT NULL, 
	methods VARCHAR NOT NULL, 
	languages VARCHAR NOT NULL, 
	recommendation VARCHAR NOT NULL, 
	vetting VARCHAR NOT NULL, 
	honours VARCHAR NOT NULL, 
	photo_id INTEGER, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_instructor PRIMARY KEY (id), 
	CONSTRAINT uq_instructor_person_id UNIQUE (person_id), 
	CONSTRAINT fk_instructor_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_instructor_photo_id FOREIGN KEY(photo_id) REFERENCES upload (id)
);

CREATE TABLE instructor_step (
	id INTEGER NOT NULL, 
	instructor_id INTEGER NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	reason VARCHAR NOT NULL, 
	approver VARCHAR NOT NULL, 
	score BIGINT, 
	cause VARCHAR(40), 
	by_name VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_instructor_step PRIMARY KEY (id), 
	CONSTRAINT fk_instructor_step_instructor_id FOREIGN KEY(instructor_id) REFERENCES instructor (id) ON DELETE CASCADE
);

CREATE INDEX ix_instructor_step_instructor_id ON instructor_step (instructor_id);

CREATE TABLE intake (
	id INTEGER NOT NULL, 
	bank_id INTEGER NOT NULL, 
	upload_id INTEGER NOT NULL, 
	key_upload_id INTEGER, 
	job_id INTEGER, 
	state VARCHAR(40) NOT NULL, 
	reading JSON NOT NULL, 
	failure VARCHAR NOT NULL, 
	owner_id INTEGER, 
	created_at DATETIME NOT NULL, 
	committed_at DATETIME, 
	undone_at DATETIME, 
	CONSTRAINT pk_intake PRIMARY KEY (id), 
	CONSTRAINT fk_intake_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id), 
	CONSTRAINT fk_intake_upload_id FOREIGN KEY(upload_id) REFERENCES upload (id), 
	CONSTRAINT fk_intake_key_upload_id FOREIGN KEY(key_upload_id) REFERENCES upload (id), 
	CONSTRAINT fk_intake_job_id FOREIGN KEY(job_id) REFERENCES job (id), 
	CONSTRAINT fk_intake_owner_id FOREIGN KEY(owner_id) REFERENCES account (id)
);

CREATE INDEX ix_intake_owner_id ON intake (owner_id);

CREATE TABLE intake_row (
	intake_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	item JSON NOT NULL, 
	said JSON NOT NULL, 
	near JSON NOT NULL, 
	compared BOOLEAN NOT NULL, 
	standing VARCHAR(40) NOT NULL, 
	kind VARCHAR NOT NULL, 
	hash VARCHAR NOT NULL, 
	codes VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	topic VARCHAR NOT NULL, 
	changed_by VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_intake_row PRIMARY KEY (intake_id, position), 
	CONSTRAINT fk_intake_row_intake_id FOREIGN KEY(intake_id) REFERENCES intake (id)
);

CREATE INDEX ix_intake_row_intake_id_hash ON intake_row (intake_id, hash);

CREATE INDEX ix_intake_row_intake_id_standing ON intake_row (intake_id, standing);

CREATE TABLE intervention (
	id INTEGER NOT NULL, 
	sitting_id INTEGER NOT NULL, 
	candidate_id INTEGER NOT NULL, 
	deed VARCHAR(40) NOT NULL, 
	minutes INTEGER, 
	text VARCHAR NOT NULL, 
	done_by VARCHAR NOT NULL, 
	done_at DATETIME NOT NULL, 
	CONSTRAINT pk_intervention PRIMARY KEY (id), 
	CONSTRAINT fk_intervention_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id), 
	CONSTRAINT fk_intervention_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidate (id)
);

CREATE INDEX ix_intervention_candidate_id ON intervention (candidate_id);

CREATE INDEX ix_intervention_sitting_id ON intervention (sitting_id);

CREATE TABLE invigilator (
	id INTEGER NOT NULL, 
	sitting_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	CONSTRAINT pk_invigilator PRIMARY KEY (id), 
	CONSTRAINT uq_invigilator_sitting_id_account_id UNIQUE (sitting_id, account_id), 
	CONSTRAINT fk_invigilator_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id) ON DELETE CASCADE, 
	CONSTRAINT fk_invigilator_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_invigilator_account_id ON invigilator (account_id);

CREATE TABLE invitation (
	id INTEGER NOT NULL, 
	lesson_id INTEGER NOT NULL, 
	instructor_id INTEGER NOT NULL, 
	lesson_starts_at DATETIME NOT NULL, 
	nonce VARCHAR NOT NULL, 
	token_hash VARCHAR NOT NULL, 
	sent_by_id INTEGER, 
	sent_by VARCHAR NOT NULL, 
	sent_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	answer VARCHAR(40), 
	answered_by VARCHAR NOT NULL, 
	answered_at DATETIME, 
	note VARCHAR NOT NULL, 
	revoked_at DATETIME, 
	withdrawn_at DATETIME, 
	withdrawal VARCHAR NOT NULL, 
	asked_again_at DATETIME, 
	reminded_at DATETIME, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_invitation PRIMARY KEY (id), 
	CONSTRAINT fk_invitation_lesson_id FOREIGN KEY(lesson_id) REFERENCES lesson (id) ON DELETE CASCADE, 
	CONSTRAINT fk_invitation_instructor_id FOREIGN KEY(instructor_id) REFERENCES instructor (id), 
	CONSTRAINT uq_invitation_token_hash UNIQUE (token_hash), 
	CONSTRAINT fk_invitation_sent_by_id FOREIGN KEY(sent_by_id) REFERENCES account (id)
);

CREATE INDEX ix_invitation_instructor_id ON invitation (instructor_id);

CREATE INDEX ix_invitation_lesson_id ON invitation (lesson_id);

CREATE TABLE item (
	id INTEGER NOT NULL, 
	bank_id INTEGER NOT NULL, 
	topic_id INTEGER, 
	kind VARCHAR(40) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	latest INTEGER NOT NULL, 
	owner_id INTEGER, 
	created_at DATETIME NOT NULL, 
	retired_at DATETIME, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_item PRIMARY KEY (id), 
	CONSTRAINT fk_item_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id), 
	CONSTRAINT fk_item_topic_id FOREIGN KEY(topic_id) REFERENCES topic (id), 
	CONSTRAINT fk_item_owner_id FOREIGN KEY(owner_id) REFERENCES account (id)
);

CREATE INDEX ix_item_bank_id_kind_state ON item (bank_id, kind, state);

CREATE INDEX ix_item_kind_id ON item (kind, id);

CREATE INDEX ix_item_owner_id ON item (owner_id);

CREATE INDEX ix_item_state_id ON item (state, id);

CREATE INDEX ix_item_topic_id ON item (topic_id);

CREATE TABLE item_review (
	id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	stage VARCHAR(40) NOT NULL, 
	verdict VARCHAR(40) NOT NULL, 
	reason VARCHAR NOT NULL, 
	reviewer_id INTEGER, 
	reviewed_by VARCHAR NOT NULL, 
	reviewed_at DATETIME NOT NULL, 
	CONSTRAINT pk_item_review PRIMARY KEY (id), 
	CONSTRAINT ck_item_review_returned_with_reason CHECK (verdict <> 'returned' OR reason <> ''), 
	CONSTRAINT fk_item_review_item_id FOREIGN KEY(item_id) REFERENCES item (id) ON DELETE CASCADE, 
	CONSTRAINT fk_item_review_reviewer_id FOREIGN KEY(reviewer_id) REFERENCES account (id)
);

CREATE INDEX ix_item_review_item_id_number ON item_review (item_id, number);

CREATE INDEX ix_item_review_reviewer_id ON item_review (reviewer_id);

CREATE TABLE item_statistic (
	id INTEGER NOT NULL, 
	analysis_id INTEGER NOT NULL, 
	item_version_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	label VARCHAR NOT NULL, 
	candidates INTEGER NOT NULL, 
	full_points BIGINT NOT NULL, 
	facility BIGINT NOT NULL, 
	deviation BIGINT, 
	discrimination BIGINT, 
	efficiency BIGINT, 
	high BIGINT NOT NULL, 
	low BIGINT NOT NULL, 
	intended_weight BIGINT NOT NULL, 
	effective_weight BIGINT, 
	guess BIGINT, 
	CONSTRAINT pk_item_statistic PRIMARY KEY (id), 
	CONSTRAINT uq_item_statistic_analysis_id_item_version_id UNIQUE (analysis_id, item_version_id), 
	CONSTRAINT ck_item_statistic_candidates_positive CHECK (candidates > 0), 
	CONSTRAINT fk_item_statistic_analysis_id FOREIGN KEY(analysis_id) REFERENCES paper_analysis (id) ON DELETE CASCADE, 
	CONSTRAINT fk_item_statistic_item_version_id FOREIGN KEY(item_version_id) REFERENCES item_version (id)
);

CREATE INDEX ix_item_statistic_item_version_id ON item_statistic (item_version_id);

CREATE TABLE item_tag (
	item_id INTEGER NOT NULL, 
	word VARCHAR NOT NULL, 
	CONSTRAINT pk_item_tag PRIMARY KEY (item_id, word), 
	CONSTRAINT fk_item_tag_item_id FOREIGN KEY(item_id) REFERENCES item (id) ON DELETE CASCADE
);

CREATE INDEX ix_item_tag_word ON item_tag (word);

CREATE TABLE item_text (
	item_id INTEGER NOT NULL, 
	face VARCHAR NOT NULL, 
	inside VARCHAR NOT NULL, 
	CONSTRAINT pk_item_text PRIMARY KEY (item_id), 
	CONSTRAINT fk_item_text_item_id FOREIGN KEY(item_id) REFERENCES item (id) ON DELETE CASCADE
);

CREATE TABLE item_version (
	id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	stem VARCHAR NOT NULL, 
	options JSON NOT NULL, 
	"key" JSON NOT NULL, 
	rubric JSON NOT NULL, 
	parts JSON NOT NULL, 
	media JSON NOT NULL, 
	plays INTEGER, 
	seconds INTEGER, 
	tries INTEGER, 
	transcript VARCHAR NOT NULL, 
	rationale VARCHAR NOT NULL, 
	points BIGINT NOT NULL, 
	difficulty VARCHAR(40) NOT NULL, 
	cognition VARCHAR(40) NOT NULL, 
	content_hash VARCHAR NOT NULL, 
	writer_id INTEGER, 
	written_by VARCHAR NOT NULL, 
	written_at DATETIME NOT NULL, 
	CONSTRAINT pk_item_version PRIMARY KEY (id), 
	CONSTRAINT uq_item_version_item_id_number UNIQUE (item_id, number), 
	CONSTRAINT ck_item_version_points_positive CHECK (points > 0), 
	CONSTRAINT ck_item_version_plays_positive CHECK (plays > 0), 
	CONSTRAINT ck_item_version_seconds_positive CHECK (seconds > 0), 
	CONSTRAINT ck_item_version_tries_positive CHECK (tries > 0), 
	CONSTRAINT fk_item_version_item_id FOREIGN KEY(item_id) REFERENCES item (id) ON DELETE CASCADE, 
	CONSTRAINT fk_item_version_writer_id FOREIGN KEY(writer_id) REFERENCES account (id)
);

CREATE INDEX ix_item_version_content_hash ON item_version (content_hash);

CREATE INDEX ix_item_version_difficulty ON item_version (difficulty);

CREATE INDEX ix_item_version_writer_id ON item_version (writer_id);

CREATE TABLE job (
	id INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	arguments JSON NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	progress INTEGER NOT NULL, 
	total INTEGER NOT NULL, 
	message VARCHAR NOT NULL, 
	error_id VARCHAR, 
	checkpoint JSON, 
	tries INTEGER NOT NULL, 
	cancel_asked BOOLEAN NOT NULL, 
	result_upload_id INTEGER, 
	owner_id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	started_at DATETIME, 
	heartbeat_at DATETIME, 
	finished_at DATETIME, 
	CONSTRAINT pk_job PRIMARY KEY (id), 
	CONSTRAINT ck_job_progress CHECK (progress >= 0 AND (total = 0 OR progress <= total)), 
	CONSTRAINT ck_job_tries CHECK (tries >= 0), 
	CONSTRAINT ck_job_finished CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)), 
	CONSTRAINT fk_job_result_upload_id FOREIGN KEY(result_upload_id) REFERENCES upload (id)
);

CREATE INDEX ix_job_owner_id ON job (owner_id);

CREATE INDEX ix_job_state_id ON job (state, id);

CREATE TABLE key_correction (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	item_version_id INTEGER NOT NULL, 
	remedy VARCHAR(40) NOT NULL, 
	corrected_id INTEGER, 
	reason VARCHAR NOT NULL, 
	proposer_id INTEGER NOT NULL, 
	proposed_by VARCHAR NOT NULL, 
	proposed_at DATETIME NOT NULL, 
	approved BOOLEAN, 
	note VARCHAR NOT NULL, 
	decider_id INTEGER, 
	decided_by VARCHAR NOT NULL, 
	decided_at DATETIME, 
	CONSTRAINT pk_key_correction PRIMARY KEY (id), 
	CONSTRAINT fk_key_correction_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id), 
	CONSTRAINT fk_key_correction_item_version_id FOREIGN KEY(item_version_id) REFERENCES item_version (id), 
	CONSTRAINT fk_key_correction_corrected_id FOREIGN KEY(corrected_id) REFERENCES item_version (id), 
	CONSTRAINT fk_key_correction_proposer_id FOREIGN KEY(proposer_id) REFERENCES account (id), 
	CONSTRAINT fk_key_correction_decider_id FOREIGN KEY(decider_id) REFERENCES account (id)
);

CREATE INDEX ix_key_correction_corrected_id ON key_correction (corrected_id);

CREATE INDEX ix_key_correction_decider_id ON key_correction (decider_id);

CREATE INDEX ix_key_correction_exam_id ON key_correction (exam_id);

CREATE INDEX ix_key_correction_item_version_id ON key_correction (item_version_id);

CREATE INDEX ix_key_correction_proposer_id ON key_correction (proposer_id);

CREATE TABLE launch (
	id INTEGER NOT NULL, 
	token_hash VARCHAR NOT NULL, 
	account_id INTEGER NOT NULL, 
	attempt_id INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_launch PRIMARY KEY (id), 
	CONSTRAINT uq_launch_token_hash UNIQUE (token_hash), 
	CONSTRAINT fk_launch_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_launch_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id)
);

CREATE INDEX ix_launch_attempt_id ON launch (attempt_id);

CREATE TABLE learner_exemption (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	reason VARCHAR NOT NULL, 
	approved_by VARCHAR NOT NULL, 
	approved_at DATETIME NOT NULL, 
	CONSTRAINT pk_learner_exemption PRIMARY KEY (id), 
	CONSTRAINT uq_learner_exemption_exam_id_enrolment_id UNIQUE (exam_id, enrolment_id), 
	CONSTRAINT fk_learner_exemption_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id), 
	CONSTRAINT fk_learner_exemption_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id)
);

CREATE TABLE lesson (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	form VARCHAR(40) NOT NULL, 
	starts_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	hours BIGINT NOT NULL, 
	venue_id INTEGER, 
	instructor_id INTEGER, 
	host VARCHAR NOT NULL, 
	note VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_lesson PRIMARY KEY (id), 
	CONSTRAINT ck_lesson_ends_after_start CHECK (ends_at > starts_at), 
	CONSTRAINT ck_lesson_hours_not_negative CHECK (hours >= 0), 
	CONSTRAINT fk_lesson_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_lesson_course_id FOREIGN KEY(course_id) REFERENCES course (id), 
	CONSTRAINT fk_lesson_venue_id FOREIGN KEY(venue_id) REFERENCES venue (id), 
	CONSTRAINT fk_lesson_instructor_id FOREIGN KEY(instructor_id) REFERENCES instructor (id)
);

CREATE INDEX ix_lesson_cohort_id_starts_at ON lesson (cohort_id, starts_at);

CREATE INDEX ix_lesson_course_id ON lesson (course_id);

CREATE INDEX ix_lesson_instructor_id ON lesson (instructor_id);

CREATE INDEX ix_lesson_venue_id ON lesson (venue_id);

CREATE TABLE lesson_change (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	lesson_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	"before" JSON, 
	"after" JSON, 
	sentence VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	by_name VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	undoes_id INTEGER, 
	CONSTRAINT pk_lesson_change PRIMARY KEY (id), 
	CONSTRAINT fk_lesson_change_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT uq_lesson_change_undoes_id UNIQUE (undoes_id), 
	CONSTRAINT fk_lesson_change_undoes_id FOREIGN KEY(undoes_id) REFERENCES lesson_change (id)
);

CREATE INDEX ix_lesson_change_cohort_id_at ON lesson_change (cohort_id, at);

CREATE INDEX ix_lesson_change_lesson_id ON lesson_change (lesson_id);

CREATE TABLE make_up_call (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	CONSTRAINT pk_make_up_call PRIMARY KEY (id), 
	CONSTRAINT uq_make_up_call_exam_id_enrolment_id UNIQUE (exam_id, enrolment_id), 
	CONSTRAINT fk_make_up_call_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id) ON DELETE CASCADE, 
	CONSTRAINT fk_make_up_call_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id)
);

CREATE TABLE mark (
	id INTEGER NOT NULL, 
	attempt_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	copy INTEGER NOT NULL, 
	marker_id INTEGER NOT NULL, 
	arbitrates BOOLEAN NOT NULL, 
	points BIGINT NOT NULL, 
	rubric_points JSON NOT NULL, 
	remark VARCHAR NOT NULL, 
	marked_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_mark PRIMARY KEY (id), 
	CONSTRAINT uq_mark_attempt_id_number_copy_marker_id UNIQUE (attempt_id, number, copy, marker_id), 
	CONSTRAINT ck_mark_points_not_negative CHECK (points >= 0), 
	CONSTRAINT fk_mark_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id), 
	CONSTRAINT fk_mark_marker_id FOREIGN KEY(marker_id) REFERENCES account (id)
);

CREATE INDEX ix_mark_marker_id ON mark (marker_id);

CREATE UNIQUE INDEX uq_mark_arbitration ON mark (attempt_id, number) WHERE arbitrates;

CREATE TABLE marker_duty (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	duty VARCHAR(40) NOT NULL, 
	CONSTRAINT pk_marker_duty PRIMARY KEY (id), 
	CONSTRAINT uq_marker_duty_exam_id_account_id_duty UNIQUE (exam_id, account_id, duty), 
	CONSTRAINT fk_marker_duty_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id), 
	CONSTRAINT fk_marker_duty_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_marker_duty_account_id ON marker_duty (account_id);

CREATE TABLE marker_item (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	item_version_id INTEGER NOT NULL, 
	CONSTRAINT pk_marker_item PRIMARY KEY (id), 
	CONSTRAINT uq_marker_item_exam_id_account_id_item_version_id UNIQUE (exam_id, account_id, item_version_id), 
	CONSTRAINT fk_marker_item_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id), 
	CONSTRAINT fk_marker_item_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_marker_item_item_version_id FOREIGN KEY(item_version_id) REFERENCES item_version (id)
);

CREATE INDEX ix_marker_item_account_id ON marker_item (account_id);

CREATE INDEX ix_marker_item_item_version_id ON marker_item (item_version_id);

CREATE TABLE marking_scheme (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	mode VARCHAR(40) NOT NULL, 
	tolerance BIGINT NOT NULL, 
	set_by VARCHAR NOT NULL, 
	set_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_marking_scheme PRIMARY KEY (id), 
	CONSTRAINT ck_marking_scheme_tolerance_not_negative CHECK (tolerance >= 0), 
	CONSTRAINT uq_marking_scheme_exam_id UNIQUE (exam_id), 
	CONSTRAINT fk_marking_scheme_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id)
);

CREATE TABLE material (
	id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	upload_id INTEGER NOT NULL, 
	owner_id INTEGER NOT NULL, 
	submitted_at DATETIME NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	reviewed_by VARCHAR NOT NULL, 
	reviewed_at DATETIME, 
	remark VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_material PRIMARY KEY (id), 
	CONSTRAINT fk_material_course_id FOREIGN KEY(course_id) REFERENCES course (id), 
	CONSTRAINT fk_material_upload_id FOREIGN KEY(upload_id) REFERENCES upload (id), 
	CONSTRAINT fk_material_owner_id FOREIGN KEY(owner_id) REFERENCES account (id)
);

CREATE INDEX ix_material_course_id_state ON material (course_id, state);

CREATE INDEX ix_material_owner_id ON material (owner_id);

CREATE TABLE norm (
	id INTEGER NOT NULL, 
	code VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	scope VARCHAR NOT NULL, 
	value BIGINT, 
	text VARCHAR, 
	unit VARCHAR NOT NULL, 
	basis VARCHAR NOT NULL, 
	verified BOOLEAN NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	changed_by VARCHAR NOT NULL, 
	changed_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_norm PRIMARY KEY (id), 
	CONSTRAINT uq_norm_code_scope_valid_from UNIQUE (code, scope, valid_from), 
	CONSTRAINT ck_norm_ends_after_start CHECK (valid_to IS NULL OR valid_to > valid_from), 
	CONSTRAINT ck_norm_value_or_text CHECK ((value IS NULL) <> (text IS NULL))
);

CREATE INDEX ix_norm_code ON norm (code);

CREATE TABLE notice (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	subject VARCHAR NOT NULL, 
	body VARCHAR NOT NULL, 
	link VARCHAR NOT NULL, 
	sent_at DATETIME NOT NULL, 
	read_at DATETIME, 
	CONSTRAINT pk_notice PRIMARY KEY (id), 
	CONSTRAINT fk_notice_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX ix_notice_person_id_read_at ON notice (person_id, read_at);

CREATE TABLE one_time_code (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	code_hash VARCHAR NOT NULL, 
	issued_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_one_time_code PRIMARY KEY (id), 
	CONSTRAINT fk_one_time_code_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE, 
	CONSTRAINT uq_one_time_code_code_hash UNIQUE (code_hash)
);

CREATE INDEX ix_one_time_code_account_id ON one_time_code (account_id);

CREATE TABLE opening (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	host VARCHAR NOT NULL, 
	basis VARCHAR NOT NULL, 
	place VARCHAR NOT NULL, 
	faculty VARCHAR NOT NULL, 
	budget BIGINT, 
	budget_source VARCHAR NOT NULL, 
	in_yearly_plan BOOLEAN NOT NULL, 
	is_elsewhere BOOLEAN NOT NULL, 
	number VARCHAR NOT NULL, 
	issuer VARCHAR NOT NULL, 
	addressees VARCHAR NOT NULL, 
	reports_at DATETIME, 
	reports_where VARCHAR NOT NULL, 
	names_until DATE, 
	contact VARCHAR NOT NULL, 
	requirements VARCHAR NOT NULL, 
	issued_on DATE, 
	sent_by VARCHAR NOT NULL, 
	sent_at DATETIME, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_opening PRIMARY KEY (id), 
	CONSTRAINT ck_opening_budget_not_negative CHECK (budget >= 0), 
	CONSTRAINT uq_opening_cohort_id UNIQUE (cohort_id), 
	CONSTRAINT fk_opening_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id) ON DELETE CASCADE
);

CREATE TABLE option_statistic (
	id INTEGER NOT NULL, 
	statistic_id INTEGER NOT NULL, 
	part INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	letter VARCHAR NOT NULL, 
	is_key BOOLEAN NOT NULL, 
	chosen INTEGER NOT NULL, 
	correlation BIGINT, 
	groups JSON NOT NULL, 
	CONSTRAINT pk_option_statistic PRIMARY KEY (id), 
	CONSTRAINT uq_option_statistic_statistic_id_part_letter UNIQUE (statistic_id, part, letter), 
	CONSTRAINT fk_option_statistic_statistic_id FOREIGN KEY(statistic_id) REFERENCES item_statistic (id) ON DELETE CASCADE
);

CREATE TABLE paper (
	id INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	blueprint_id INTEGER, 
	minutes INTEGER NOT NULL, 
	seed INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	pool INTEGER NOT NULL, 
	shuffle_options BOOLEAN NOT NULL, 
	shuffle_items BOOLEAN NOT NULL, 
	created_by VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	sealed_at DATETIME, 
	sealed_by VARCHAR NOT NULL, 
	retired_at DATETIME, 
	retired_by VARCHAR NOT NULL, 
	retired_for VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_paper PRIMARY KEY (id), 
	CONSTRAINT uq_paper_blueprint_id_seed_number UNIQUE (blueprint_id, seed, number), 
	CONSTRAINT ck_paper_pool_positive CHECK (pool > 0), 
	CONSTRAINT uq_paper_title UNIQUE (title), 
	CONSTRAINT fk_paper_blueprint_id FOREIGN KEY(blueprint_id) REFERENCES blueprint (id)
);

CREATE INDEX ix_paper_sealed_at ON paper (sealed_at);

CREATE TABLE paper_analysis (
	id INTEGER NOT NULL, 
	occasion VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	audience VARCHAR NOT NULL, 
	held_on DATE NOT NULL, 
	paper_id INTEGER NOT NULL, 
	edition INTEGER NOT NULL, 
	analysed_at DATETIME NOT NULL, 
	candidates INTEGER NOT NULL, 
	absent INTEGER NOT NULL, 
	passed INTEGER NOT NULL, 
	full_score BIGINT NOT NULL, 
	mean BIGINT NOT NULL, 
	median BIGINT NOT NULL, 
	deviation BIGINT, 
	skewness BIGINT, 
	kurtosis BIGINT, 
	reliability BIGINT, 
	error_ratio BIGINT, 
	standard_error BIGINT, 
	by_place BOOLEAN NOT NULL, 
	remark VARCHAR NOT NULL, 
	bins JSON NOT NULL, 
	CONSTRAINT pk_paper_analysis PRIMARY KEY (id), 
	CONSTRAINT ck_paper_analysis_candidates_positive CHECK (candidates > 0), 
	CONSTRAINT uq_paper_analysis_occasion UNIQUE (occasion), 
	CONSTRAINT fk_paper_analysis_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id)
);

CREATE INDEX ix_paper_analysis_held_on ON paper_analysis (held_on);

CREATE INDEX ix_paper_analysis_paper_id ON paper_analysis (paper_id);

CREATE TABLE paper_change (
	id INTEGER NOT NULL, 
	paper_id INTEGER NOT NULL, 
	sentence VARCHAR NOT NULL, 
	"before" JSON NOT NULL, 
	by_name VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_paper_change PRIMARY KEY (id), 
	CONSTRAINT fk_paper_change_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) ON DELETE CASCADE
);

CREATE INDEX ix_paper_change_paper_id ON paper_change (paper_id);

CREATE TABLE person (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	unit_id INTEGER, 
	account_id INTEGER, 
	gender VARCHAR(40), 
	born DATE, 
	ethnicity VARCHAR NOT NULL, 
	politics VARCHAR(40), 
	party_joined DATE, 
	education VARCHAR NOT NULL, 
	post VARCHAR NOT NULL, 
	rank VARCHAR(40), 
	is_party_secretary BOOLEAN NOT NULL, 
	id_number_hash VARCHAR, 
	id_number_masked VARCHAR NOT NULL, 
	phone_hash VARCHAR, 
	phone_masked VARCHAR NOT NULL, 
	id_number BLOB, 
	phone BLOB, 
	email BLOB, 
	bank_account BLOB, 
	health BLOB, 
	diet BLOB, 
	notes JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (id), 
	CONSTRAINT fk_person_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id), 
	CONSTRAINT uq_person_account_id UNIQUE (account_id), 
	CONSTRAINT fk_person_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT uq_person_id_number_hash UNIQUE (id_number_hash)
);

CREATE INDEX ix_person_name ON person (name);

CREATE INDEX ix_person_phone_hash ON person (phone_hash);

CREATE INDEX ix_person_unit_id ON person (unit_id);

CREATE TABLE person_file (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	upload_id INTEGER NOT NULL, 
	filed_by VARCHAR NOT NULL, 
	filed_at DATETIME NOT NULL, 
	CONSTRAINT pk_person_file PRIMARY KEY (id), 
	CONSTRAINT fk_person_file_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_person_file_upload_id FOREIGN KEY(upload_id) REFERENCES upload (id)
);

CREATE INDEX ix_person_file_person_id ON person_file (person_id);

CREATE TABLE print_run (
	id INTEGER NOT NULL, 
	variant_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	format VARCHAR(40) NOT NULL, 
	copies INTEGER NOT NULL, 
	first_serial INTEGER NOT NULL, 
	printed_by VARCHAR NOT NULL, 
	printed_at DATETIME NOT NULL, 
	job_id INTEGER, 
	upload_id INTEGER, 
	CONSTRAINT pk_print_run PRIMARY KEY (id), 
	CONSTRAINT uq_print_run_variant_id_kind_first_serial UNIQUE (variant_id, kind, first_serial), 
	CONSTRAINT ck_print_run_copies_positive CHECK (copies > 0), 
	CONSTRAINT ck_print_run_first_serial_positive CHECK (first_serial > 0), 
	CONSTRAINT fk_print_run_variant_id FOREIGN KEY(variant_id) REFERENCES variant (id), 
	CONSTRAINT fk_print_run_job_id FOREIGN KEY(job_id) REFERENCES job (id), 
	CONSTRAINT fk_print_run_upload_id FOREIGN KEY(upload_id) REFERENCES upload (id)
);

CREATE INDEX ix_print_run_variant_id ON print_run (variant_id);

CREATE TABLE programme (
	id INTEGER NOT NULL, 
	code VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	audience VARCHAR NOT NULL, 
	summary VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_programme PRIMARY KEY (id), 
	CONSTRAINT uq_programme_code UNIQUE (code), 
	CONSTRAINT uq_programme_name UNIQUE (name)
);

CREATE TABLE programme_course (
	id INTEGER NOT NULL, 
	programme_id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	hours BIGINT NOT NULL, 
	CONSTRAINT pk_programme_course PRIMARY KEY (id), 
	CONSTRAINT uq_programme_course_programme_id_course_id UNIQUE (programme_id, course_id), 
	CONSTRAINT ck_programme_course_hours_positive CHECK (hours > 0), 
	CONSTRAINT fk_programme_course_programme_id FOREIGN KEY(programme_id) REFERENCES programme (id) ON DELETE CASCADE, 
	CONSTRAINT fk_programme_course_course_id FOREIGN KEY(course_id) REFERENCES course (id)
);

CREATE TABLE provenance (
	id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	document VARCHAR NOT NULL, 
	article VARCHAR NOT NULL, 
	edition VARCHAR NOT NULL, 
	valid_from DATE, 
	valid_to DATE, 
	CONSTRAINT pk_provenance PRIMARY KEY (id), 
	CONSTRAINT fk_provenance_item_id FOREIGN KEY(item_id) REFERENCES item (id) ON DELETE CASCADE
);

CREATE INDEX ix_provenance_item_id ON provenance (item_id);

CREATE INDEX ix_provenance_valid_to ON provenance (valid_to);

CREATE TABLE quota (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	places INTEGER NOT NULL, 
	CONSTRAINT pk_quota PRIMARY KEY (id), 
	CONSTRAINT uq_quota_cohort_id_unit_id UNIQUE (cohort_id, unit_id), 
	CONSTRAINT ck_quota_places_positive CHECK (places > 0), 
	CONSTRAINT fk_quota_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id) ON DELETE CASCADE, 
	CONSTRAINT fk_quota_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
);

CREATE TABLE recheck (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	result_id INTEGER NOT NULL, 
	ground VARCHAR(40) NOT NULL, 
	reason VARCHAR NOT NULL, 
	asked_at DATETIME NOT NULL, 
	verdict VARCHAR(40), 
	findings VARCHAR NOT NULL, 
	decided_by VARCHAR NOT NULL, 
	decided_at DATETIME, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_recheck PRIMARY KEY (id), 
	CONSTRAINT uq_recheck_exam_id_enrolment_id UNIQUE (exam_id, enrolment_id), 
	CONSTRAINT fk_recheck_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id), 
	CONSTRAINT fk_recheck_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_recheck_result_id FOREIGN KEY(result_id) REFERENCES result (id)
);

CREATE INDEX ix_recheck_enrolment_id ON recheck (enrolment_id);

CREATE TABLE recording (
	id INTEGER NOT NULL, 
	attempt_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	lease INTEGER NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	seconds INTEGER NOT NULL, 
	measured INTEGER, 
	remark VARCHAR NOT NULL, 
	received INTEGER NOT NULL, 
	begun_at DATETIME NOT NULL, 
	received_at DATETIME, 
	standing VARCHAR(40), 
	upload_id INTEGER, 
	counted BOOLEAN, 
	reason VARCHAR NOT NULL, 
	decided_by VARCHAR NOT NULL, 
	decided_at DATETIME, 
	CONSTRAINT pk_recording PRIMARY KEY (id), 
	CONSTRAINT uq_recording_attempt_id_sha256 UNIQUE (attempt_id, sha256), 
	CONSTRAINT ck_recording_received_within_size CHECK (received <= size), 
	CONSTRAINT fk_recording_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id), 
	CONSTRAINT fk_recording_upload_id FOREIGN KEY(upload_id) REFERENCES upload (id)
);

CREATE TABLE recording_piece (
	id INTEGER NOT NULL, 
	recording_id INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_recording_piece PRIMARY KEY (id), 
	CONSTRAINT uq_recording_piece_recording_id_at UNIQUE (recording_id, at), 
	CONSTRAINT fk_recording_piece_recording_id FOREIGN KEY(recording_id) REFERENCES recording (id) ON DELETE CASCADE
);

CREATE TABLE recording_reuse (
	id INTEGER NOT NULL, 
	recording_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	counted BOOLEAN NOT NULL, 
	reason VARCHAR NOT NULL, 
	decided_by VARCHAR NOT NULL, 
	decided_at DATETIME NOT NULL, 
	CONSTRAINT pk_recording_reuse PRIMARY KEY (id), 
	CONSTRAINT uq_recording_reuse_recording_id_number UNIQUE (recording_id, number), 
	CONSTRAINT fk_recording_reuse_recording_id FOREIGN KEY(recording_id) REFERENCES recording (id)
);

CREATE TABLE reflection (
	id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	submitted_at DATETIME NOT NULL, 
	grade VARCHAR(40), 
	graded_by VARCHAR NOT NULL, 
	graded_at DATETIME, 
	remark VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_reflection PRIMARY KEY (id), 
	CONSTRAINT uq_reflection_enrolment_id_title UNIQUE (enrolment_id, title), 
	CONSTRAINT fk_reflection_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id)
);

CREATE TABLE release (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	released_by VARCHAR NOT NULL, 
	released_at DATETIME NOT NULL, 
	note VARCHAR NOT NULL, 
	CONSTRAINT pk_release PRIMARY KEY (id), 
	CONSTRAINT fk_release_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id), 
	CONSTRAINT uq_release_run_id UNIQUE (run_id), 
	CONSTRAINT fk_release_run_id FOREIGN KEY(run_id) REFERENCES scoring_run (id)
);

CREATE INDEX ix_release_exam_id ON release (exam_id);

CREATE TABLE reopening (
	id INTEGER NOT NULL, 
	attempt_id INTEGER NOT NULL, 
	submitted_at DATETIME NOT NULL, 
	submitted_by VARCHAR(40) NOT NULL, 
	answered INTEGER NOT NULL, 
	answer_digest VARCHAR NOT NULL, 
	receipt VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	reopened_by VARCHAR NOT NULL, 
	reopened_at DATETIME NOT NULL, 
	CONSTRAINT pk_reopening PRIMARY KEY (id), 
	CONSTRAINT fk_reopening_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id)
);

CREATE INDEX ix_reopening_attempt_id ON reopening (attempt_id);

CREATE INDEX ix_reopening_receipt ON reopening (receipt);

CREATE TABLE result (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	attempt_id INTEGER, 
	score BIGINT NOT NULL, 
	full_score BIGINT NOT NULL, 
	earned BIGINT, 
	grade VARCHAR NOT NULL, 
	passed BOOLEAN NOT NULL, 
	CONSTRAINT pk_result PRIMARY KEY (id), 
	CONSTRAINT uq_result_run_id_enrolment_id UNIQUE (run_id, enrolment_id), 
	CONSTRAINT fk_result_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id), 
	CONSTRAINT fk_result_run_id FOREIGN KEY(run_id) REFERENCES scoring_run (id), 
	CONSTRAINT fk_result_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_result_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id)
);

CREATE INDEX ix_result_enrolment_id ON result (enrolment_id);

CREATE INDEX ix_result_exam_id ON result (exam_id);

CREATE TABLE review (
	id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	scheme_id INTEGER NOT NULL, 
	total BIGINT NOT NULL, 
	proposed_grade VARCHAR NOT NULL, 
	vetoes JSON NOT NULL, 
	missing JSON NOT NULL, 
	absences JSON NOT NULL, 
	computed_at DATETIME NOT NULL, 
	proposed_by VARCHAR NOT NULL, 
	proposer_id INTEGER, 
	decided_grade VARCHAR, 
	decided_by VARCHAR NOT NULL, 
	decider_id INTEGER, 
	decided_at DATETIME, 
	reason VARCHAR NOT NULL, 
	comment VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_review PRIMARY KEY (id), 
	CONSTRAINT uq_review_enrolment_id UNIQUE (enrolment_id), 
	CONSTRAINT fk_review_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_review_scheme_id FOREIGN KEY(scheme_id) REFERENCES scheme (id), 
	CONSTRAINT fk_review_proposer_id FOREIGN KEY(proposer_id) REFERENCES account (id), 
	CONSTRAINT fk_review_decider_id FOREIGN KEY(decider_id) REFERENCES account (id)
);

CREATE TABLE review_line (
	id INTEGER NOT NULL, 
	review_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	part VARCHAR(40) NOT NULL, 
	weight BIGINT NOT NULL, 
	raw BIGINT NOT NULL, 
	points BIGINT NOT NULL, 
	why JSON NOT NULL, 
	CONSTRAINT pk_review_line PRIMARY KEY (id), 
	CONSTRAINT uq_review_line_review_id_position UNIQUE (review_id, position), 
	CONSTRAINT fk_review_line_review_id FOREIGN KEY(review_id) REFERENCES review (id) ON DELETE CASCADE
);

CREATE TABLE roster_upload (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	upload_id INTEGER NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	brought_by VARCHAR NOT NULL, 
	brought_at DATETIME NOT NULL, 
	entered_by VARCHAR NOT NULL, 
	entered_at DATETIME, 
	learners INTEGER NOT NULL, 
	CONSTRAINT pk_roster_upload PRIMARY KEY (id), 
	CONSTRAINT uq_roster_upload_cohort_id_sha256 UNIQUE (cohort_id, sha256), 
	CONSTRAINT fk_roster_upload_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id) ON DELETE CASCADE, 
	CONSTRAINT fk_roster_upload_upload_id FOREIGN KEY(upload_id) REFERENCES upload (id)
);

CREATE TABLE route (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	summary VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_route PRIMARY KEY (id), 
	CONSTRAINT uq_route_name UNIQUE (name)
);

CREATE TABLE scheme (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	programme_id INTEGER, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	basis VARCHAR NOT NULL, 
	bands JSON NOT NULL, 
	absence VARCHAR(40) NOT NULL, 
	created_by VARCHAR NOT NULL, 
	used_at DATETIME, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_scheme PRIMARY KEY (id), 
	CONSTRAINT uq_scheme_programme_id_valid_from UNIQUE (programme_id, valid_from), 
	CONSTRAINT ck_scheme_ends_after_start CHECK (valid_to IS NULL OR valid_to > valid_from), 
	CONSTRAINT fk_scheme_programme_id FOREIGN KEY(programme_id) REFERENCES programme (id)
);

CREATE TABLE scheme_part (
	id INTEGER NOT NULL, 
	scheme_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	part VARCHAR(40) NOT NULL, 
	weight BIGINT NOT NULL, 
	rates JSON NOT NULL, 
	CONSTRAINT pk_scheme_part PRIMARY KEY (id), 
	CONSTRAINT uq_scheme_part_scheme_id_part UNIQUE (scheme_id, part), 
	CONSTRAINT ck_scheme_part_weight_positive CHECK (weight > 0), 
	CONSTRAINT fk_scheme_part_scheme_id FOREIGN KEY(scheme_id) REFERENCES scheme (id) ON DELETE CASCADE
);

CREATE TABLE scoring_run (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	started_by VARCHAR NOT NULL, 
	started_at DATETIME NOT NULL, 
	reason VARCHAR NOT NULL, 
	CONSTRAINT pk_scoring_run PRIMARY KEY (id), 
	CONSTRAINT uq_scoring_run_exam_id_number UNIQUE (exam_id, number), 
	CONSTRAINT fk_scoring_run_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id)
);

CREATE TABLE section (
	id INTEGER NOT NULL, 
	paper_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	policy VARCHAR NOT NULL, 
	CONSTRAINT pk_section PRIMARY KEY (id), 
	CONSTRAINT uq_section_paper_id_position UNIQUE (paper_id, position), 
	CONSTRAINT fk_section_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) ON DELETE CASCADE
);

CREATE TABLE series (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	told VARCHAR NOT NULL, 
	upload_id INTEGER, 
	lesson_ids JSON NOT NULL, 
	brought JSON NOT NULL, 
	by_name VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	entered_at DATETIME, 
	undone_by VARCHAR NOT NULL, 
	undone_at DATETIME, 
	CONSTRAINT pk_series PRIMARY KEY (id), 
	CONSTRAINT fk_series_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id) ON DELETE CASCADE, 
	CONSTRAINT fk_series_upload_id FOREIGN KEY(upload_id) REFERENCES upload (id)
);

CREATE INDEX ix_series_cohort_id ON series (cohort_id);

CREATE TABLE sheet_score (
	id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	attempt_id INTEGER NOT NULL, 
	exact VARCHAR NOT NULL, 
	full_points BIGINT NOT NULL, 
	slots JSON NOT NULL, 
	CONSTRAINT pk_sheet_score PRIMARY KEY (id), 
	CONSTRAINT uq_sheet_score_run_id_attempt_id UNIQUE (run_id, attempt_id), 
	CONSTRAINT fk_sheet_score_run_id FOREIGN KEY(run_id) REFERENCES scoring_run (id) ON DELETE CASCADE, 
	CONSTRAINT fk_sheet_score_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id)
);

CREATE INDEX ix_sheet_score_attempt_id ON sheet_score (attempt_id);

CREATE TABLE sighting (
	id INTEGER NOT NULL, 
	attempt_id INTEGER NOT NULL, 
	lease INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	seconds INTEGER NOT NULL, 
	detail VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_sighting PRIMARY KEY (id), 
	CONSTRAINT uq_sighting_attempt_id_lease_seq UNIQUE (attempt_id, lease, seq), 
	CONSTRAINT fk_sighting_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id)
);

CREATE TABLE sitting (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	opens_at DATETIME NOT NULL, 
	closes_at DATETIME NOT NULL, 
	minutes INTEGER NOT NULL, 
	venue_id INTEGER, 
	admission_id INTEGER, 
	prepared_at DATETIME, 
	seat_columns INTEGER, 
	seat_seed INTEGER, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_sitting PRIMARY KEY (id), 
	CONSTRAINT ck_sitting_closes_after_open CHECK (closes_at > opens_at), 
	CONSTRAINT ck_sitting_minutes_positive CHECK (minutes > 0), 
	CONSTRAINT fk_sitting_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id), 
	CONSTRAINT fk_sitting_venue_id FOREIGN KEY(venue_id) REFERENCES venue (id), 
	CONSTRAINT fk_sitting_admission_id FOREIGN KEY(admission_id) REFERENCES admission (id)
);

CREATE INDEX ix_sitting_exam_id ON sitting (exam_id);

CREATE TABLE slot (
	id INTEGER NOT NULL, 
	variant_id INTEGER NOT NULL, 
	section_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	item_version_id INTEGER NOT NULL, 
	points BIGINT NOT NULL, 
	topic_id INTEGER, 
	bank_id INTEGER, 
	difficulty VARCHAR(40), 
	cognition VARCHAR(40), 
	keeps_order BOOLEAN NOT NULL, 
	CONSTRAINT pk_slot PRIMARY KEY (id), 
	CONSTRAINT uq_slot_variant_id_number UNIQUE (variant_id, number), 
	CONSTRAINT ck_slot_points_positive CHECK (points > 0), 
	CONSTRAINT fk_slot_variant_id FOREIGN KEY(variant_id) REFERENCES variant (id) ON DELETE CASCADE, 
	CONSTRAINT fk_slot_section_id FOREIGN KEY(section_id) REFERENCES section (id) ON DELETE CASCADE, 
	CONSTRAINT fk_slot_item_version_id FOREIGN KEY(item_version_id) REFERENCES item_version (id), 
	CONSTRAINT fk_slot_topic_id FOREIGN KEY(topic_id) REFERENCES topic (id), 
	CONSTRAINT fk_slot_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id)
);

CREATE INDEX ix_slot_item_version_id ON slot (item_version_id);

CREATE TABLE step (
	id INTEGER NOT NULL, 
	attempt_id INTEGER NOT NULL, 
	lease INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	value JSON, 
	standing VARCHAR(40) NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_step PRIMARY KEY (id), 
	CONSTRAINT uq_step_attempt_id_lease_seq UNIQUE (attempt_id, lease, seq), 
	CONSTRAINT fk_step_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id)
);

CREATE TABLE step_decision (
	id INTEGER NOT NULL, 
	step_id INTEGER NOT NULL, 
	standing VARCHAR(40) NOT NULL, 
	counted BOOLEAN NOT NULL, 
	reason VARCHAR NOT NULL, 
	receipt_before VARCHAR NOT NULL, 
	decided_by VARCHAR NOT NULL, 
	decided_at DATETIME NOT NULL, 
	CONSTRAINT pk_step_decision PRIMARY KEY (id), 
	CONSTRAINT uq_step_decision_step_id UNIQUE (step_id), 
	CONSTRAINT fk_step_decision_step_id FOREIGN KEY(step_id) REFERENCES step (id)
);

CREATE TABLE stop (
	id INTEGER NOT NULL, 
	route_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	minutes INTEGER NOT NULL, 
	travel_minutes INTEGER NOT NULL, 
	taught VARCHAR NOT NULL, 
	venue_id INTEGER, 
	instructor_id INTEGER, 
	CONSTRAINT pk_stop PRIMARY KEY (id), 
	CONSTRAINT uq_stop_route_id_position UNIQUE (route_id, position), 
	CONSTRAINT fk_stop_route_id FOREIGN KEY(route_id) REFERENCES route (id) ON DELETE CASCADE, 
	CONSTRAINT fk_stop_venue_id FOREIGN KEY(venue_id) REFERENCES venue (id), 
	CONSTRAINT fk_stop_instructor_id FOREIGN KEY(instructor_id) REFERENCES instructor (id)
);

CREATE TABLE stranger (
	id INTEGER NOT NULL, 
	login_hash VARCHAR NOT NULL, 
	failures INTEGER NOT NULL, 
	locked_until DATETIME, 
	tried_at DATETIME NOT NULL, 
	CONSTRAINT pk_stranger PRIMARY KEY (id), 
	CONSTRAINT uq_stranger_login_hash UNIQUE (login_hash)
);

CREATE INDEX ix_stranger_tried_at ON stranger (tried_at);

CREATE TABLE suggestion (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	job_id INTEGER, 
	asked_by VARCHAR NOT NULL, 
	asked_at DATETIME NOT NULL, 
	lessons JSON, 
	lacking JSON NOT NULL, 
	taken_by VARCHAR NOT NULL, 
	taken_at DATETIME, 
	CONSTRAINT pk_suggestion PRIMARY KEY (id), 
	CONSTRAINT fk_suggestion_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_suggestion_job_id FOREIGN KEY(job_id) REFERENCES job (id)
);

CREATE INDEX ix_suggestion_cohort_id ON suggestion (cohort_id);

CREATE TABLE taken_item (
	item_id INTEGER NOT NULL, 
	intake_id INTEGER NOT NULL, 
	CONSTRAINT pk_taken_item PRIMARY KEY (item_id), 
	CONSTRAINT fk_taken_item_item_id FOREIGN KEY(item_id) REFERENCES item (id) ON DELETE CASCADE, 
	CONSTRAINT fk_taken_item_intake_id FOREIGN KEY(intake_id) REFERENCES intake (id)
);

CREATE INDEX ix_taken_item_intake_id ON taken_item (intake_id);

CREATE TABLE teaches (
	id INTEGER NOT NULL, 
	instructor_id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	CONSTRAINT pk_teaches PRIMARY KEY (id), 
	CONSTRAINT uq_teaches_instructor_id_course_id UNIQUE (instructor_id, course_id), 
	CONSTRAINT fk_teaches_instructor_id FOREIGN KEY(instructor_id) REFERENCES instructor (id) ON DELETE CASCADE, 
	CONSTRAINT fk_teaches_course_id FOREIGN KEY(course_id) REFERENCES course (id) ON DELETE CASCADE
);

CREATE TABLE timetable_release (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	released_by VARCHAR NOT NULL, 
	released_at DATETIME NOT NULL, 
	lessons JSON NOT NULL, 
	CONSTRAINT pk_timetable_release PRIMARY KEY (id), 
	CONSTRAINT uq_timetable_release_cohort_id_number UNIQUE (cohort_id, number), 
	CONSTRAINT fk_timetable_release_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id)
);

CREATE TABLE topic (
	id INTEGER NOT NULL, 
	parent_id INTEGER, 
	name VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_topic PRIMARY KEY (id), 
	CONSTRAINT uq_topic_parent_id_name UNIQUE (parent_id, name), 
	CONSTRAINT ck_topic_not_its_own_parent CHECK (parent_id <> id), 
	CONSTRAINT fk_topic_parent_id FOREIGN KEY(parent_id) REFERENCES topic (id)
);

CREATE INDEX ix_topic_parent_id ON topic (parent_id);

CREATE UNIQUE INDEX uq_topic_name_at_top ON topic (name) WHERE parent_id IS NULL;

CREATE TABLE travel_time (
	id INTEGER NOT NULL, 
	near_id INTEGER NOT NULL, 
	far_id INTEGER NOT NULL, 
	minutes INTEGER NOT NULL, 
	CONSTRAINT pk_travel_time PRIMARY KEY (id), 
	CONSTRAINT uq_travel_time_near_id_far_id UNIQUE (near_id, far_id), 
	CONSTRAINT ck_travel_time_lower_id_first CHECK (near_id < far_id), 
	CONSTRAINT ck_travel_time_minutes_not_negative CHECK (minutes >= 0), 
	CONSTRAINT fk_travel_time_near_id FOREIGN KEY(near_id) REFERENCES venue (id), 
	CONSTRAINT fk_travel_time_far_id FOREIGN KEY(far_id) REFERENCES venue (id)
);

CREATE TABLE trip (
	id INTEGER NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	route_id INTEGER NOT NULL, 
	lesson_id INTEGER, 
	leader_id INTEGER NOT NULL, 
	starts_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	safety VARCHAR NOT NULL, 
	emergency VARCHAR NOT NULL, 
	insurance VARCHAR NOT NULL, 
	gaps JSON NOT NULL, 
	report VARCHAR NOT NULL, 
	reported_by VARCHAR NOT NULL, 
	reported_at DATETIME, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_trip PRIMARY KEY (id), 
	CONSTRAINT ck_trip_ends_after_start CHECK (ends_at > starts_at), 
	CONSTRAINT fk_trip_cohort_id FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_trip_route_id FOREIGN KEY(route_id) REFERENCES route (id), 
	CONSTRAINT fk_trip_lesson_id FOREIGN KEY(lesson_id) REFERENCES lesson (id) ON DELETE SET NULL, 
	CONSTRAINT fk_trip_leader_id FOREIGN KEY(leader_id) REFERENCES person (id)
);

CREATE INDEX ix_trip_cohort_id ON trip (cohort_id);

CREATE INDEX ix_trip_route_id ON trip (route_id);

CREATE TABLE trip_bus (
	id INTEGER NOT NULL, 
	trip_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	plate VARCHAR NOT NULL, 
	seats INTEGER NOT NULL, 
	driver BLOB, 
	CONSTRAINT pk_trip_bus PRIMARY KEY (id), 
	CONSTRAINT uq_trip_bus_trip_id_number UNIQUE (trip_id, number), 
	CONSTRAINT ck_trip_bus_seats_positive CHECK (seats > 0), 
	CONSTRAINT fk_trip_bus_trip_id FOREIGN KEY(trip_id) REFERENCES trip (id) ON DELETE CASCADE
);

CREATE TABLE trip_check (
	id INTEGER NOT NULL, 
	trip_id INTEGER NOT NULL, 
	client_id VARCHAR NOT NULL, 
	rider_id INTEGER NOT NULL, 
	moment VARCHAR(40) NOT NULL, 
	position INTEGER NOT NULL, 
	is_present BOOLEAN NOT NULL, 
	made_at DATETIME NOT NULL, 
	by_name VARCHAR NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_trip_check PRIMARY KEY (id), 
	CONSTRAINT uq_trip_check_trip_id_client_id UNIQUE (trip_id, client_id), 
	CONSTRAINT fk_trip_check_trip_id FOREIGN KEY(trip_id) REFERENCES trip (id) ON DELETE CASCADE, 
	CONSTRAINT fk_trip_check_rider_id FOREIGN KEY(rider_id) REFERENCES trip_rider (id) ON DELETE CASCADE
);

CREATE INDEX ix_trip_check_trip_id_moment_position ON trip_check (trip_id, moment, position);

CREATE TABLE trip_decision (
	id INTEGER NOT NULL, 
	trip_id INTEGER NOT NULL, 
	verdict VARCHAR(40) NOT NULL, 
	note VARCHAR NOT NULL, 
	by_name VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_trip_decision PRIMARY KEY (id), 
	CONSTRAINT fk_trip_decision_trip_id FOREIGN KEY(trip_id) REFERENCES trip (id) ON DELETE CASCADE
);

CREATE INDEX ix_trip_decision_trip_id ON trip_decision (trip_id);

CREATE TABLE trip_departure (
	id INTEGER NOT NULL, 
	trip_id INTEGER NOT NULL, 
	client_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	counted INTEGER NOT NULL, 
	expected INTEGER NOT NULL, 
	note VARCHAR NOT NULL, 
	made_at DATETIME NOT NULL, 
	by_name VARCHAR NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_trip_departure PRIMARY KEY (id), 
	CONSTRAINT uq_trip_departure_trip_id_position UNIQUE (trip_id, position), 
	CONSTRAINT fk_trip_departure_trip_id FOREIGN KEY(trip_id) REFERENCES trip (id) ON DELETE CASCADE
);

CREATE TABLE trip_guide (
	id INTEGER NOT NULL, 
	trip_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	CONSTRAINT pk_trip_guide PRIMARY KEY (id), 
	CONSTRAINT uq_trip_guide_trip_id_person_id UNIQUE (trip_id, person_id), 
	CONSTRAINT fk_trip_guide_trip_id FOREIGN KEY(trip_id) REFERENCES trip (id) ON DELETE CASCADE, 
	CONSTRAINT fk_trip_guide_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE trip_photo (
	id INTEGER NOT NULL, 
	trip_id INTEGER NOT NULL, 
	upload_id INTEGER NOT NULL, 
	caption VARCHAR NOT NULL, 
	CONSTRAINT pk_trip_photo PRIMARY KEY (id), 
	CONSTRAINT fk_trip_photo_trip_id FOREIGN KEY(trip_id) REFERENCES trip (id) ON DELETE CASCADE, 
	CONSTRAINT fk_trip_photo_upload_id FOREIGN KEY(upload_id) REFERENCES upload (id)
);

CREATE INDEX ix_trip_photo_trip_id ON trip_photo (trip_id);

CREATE TABLE trip_rider (
	id INTEGER NOT NULL, 
	trip_id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	bus_number INTEGER NOT NULL, 
	emergency BLOB, 
	CONSTRAINT pk_trip_rider PRIMARY KEY (id), 
	CONSTRAINT uq_trip_rider_trip_id_enrolment_id UNIQUE (trip_id, enrolment_id), 
	CONSTRAINT fk_trip_rider_trip_id FOREIGN KEY(trip_id) REFERENCES trip (id) ON DELETE CASCADE, 
	CONSTRAINT fk_trip_rider_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id)
);

CREATE TABLE trip_stop (
	id INTEGER NOT NULL, 
	trip_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	taught VARCHAR NOT NULL, 
	arrives_at DATETIME NOT NULL, 
	leaves_at DATETIME NOT NULL, 
	venue_id INTEGER, 
	person_id INTEGER, 
	CONSTRAINT pk_trip_stop PRIMARY KEY (id), 
	CONSTRAINT uq_trip_stop_trip_id_position UNIQUE (trip_id, position), 
	CONSTRAINT fk_trip_stop_trip_id FOREIGN KEY(trip_id) REFERENCES trip (id) ON DELETE CASCADE, 
	CONSTRAINT fk_trip_stop_venue_id FOREIGN KEY(venue_id) REFERENCES venue (id), 
	CONSTRAINT fk_trip_stop_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE twin (
	first_id INTEGER NOT NULL, 
	second_id INTEGER NOT NULL, 
	bank_id INTEGER NOT NULL, 
	similarity BIGINT NOT NULL, 
	kept_by VARCHAR NOT NULL, 
	kept_at DATETIME, 
	CONSTRAINT pk_twin PRIMARY KEY (first_id, second_id), 
	CONSTRAINT ck_twin_in_order CHECK (first_id < second_id), 
	CONSTRAINT fk_twin_first_id FOREIGN KEY(first_id) REFERENCES item_version (id) ON DELETE CASCADE, 
	CONSTRAINT fk_twin_second_id FOREIGN KEY(second_id) REFERENCES item_version (id) ON DELETE CASCADE, 
	CONSTRAINT fk_twin_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id)
);

CREATE INDEX ix_twin_bank_id ON twin (bank_id);

CREATE INDEX ix_twin_second_id ON twin (second_id);

CREATE TABLE unit (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	parent_id INTEGER, 
	closed_on DATE, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_unit PRIMARY KEY (id), 
	CONSTRAINT uq_unit_parent_id_name UNIQUE (parent_id, name), 
	CONSTRAINT ck_unit_not_its_own_parent CHECK (parent_id <> id), 
	CONSTRAINT fk_unit_parent_id FOREIGN KEY(parent_id) REFERENCES unit (id)
);

CREATE INDEX ix_unit_name ON unit (name);

CREATE INDEX ix_unit_parent_id ON unit (parent_id);

CREATE TABLE unit_duty (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	CONSTRAINT pk_unit_duty PRIMARY KEY (id), 
	CONSTRAINT uq_unit_duty_account_id_unit_id UNIQUE (account_id, unit_id), 
	CONSTRAINT fk_unit_duty_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE, 
	CONSTRAINT fk_unit_duty_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id) ON DELETE CASCADE
);

CREATE TABLE upload (
	id INTEGER NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	media_type VARCHAR NOT NULL, 
	owner_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_upload PRIMARY KEY (id), 
	CONSTRAINT ck_upload_size CHECK (size > 0), 
	CONSTRAINT ck_upload_sha256 CHECK (length(sha256) = 64)
);

CREATE INDEX ix_upload_sha256 ON upload (sha256);

CREATE TABLE variant (
	id INTEGER NOT NULL, 
	paper_id INTEGER NOT NULL, 
	code VARCHAR NOT NULL, 
	content JSON NOT NULL, 
	answers JSON NOT NULL, 
	content_hash VARCHAR NOT NULL, 
	CONSTRAINT pk_variant PRIMARY KEY (id), 
	CONSTRAINT uq_variant_paper_id_code UNIQUE (paper_id, code), 
	CONSTRAINT fk_variant_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) ON DELETE CASCADE
);

CREATE TABLE venue (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	capacity INTEGER NOT NULL, 
	equipment VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	longitude VARCHAR NOT NULL, 
	latitude VARCHAR NOT NULL, 
	datum VARCHAR(40), 
	closed_on DATE, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_venue PRIMARY KEY (id), 
	CONSTRAINT ck_venue_capacity_positive CHECK (capacity > 0), 
	CONSTRAINT uq_venue_name UNIQUE (name)
);

CREATE TABLE venue_opening (
	id INTEGER NOT NULL, 
	venue_id INTEGER NOT NULL, 
	weekday INTEGER NOT NULL, 
	opens TIME NOT NULL, 
	closes TIME NOT NULL, 
	CONSTRAINT pk_venue_opening PRIMARY KEY (id), 
	CONSTRAINT uq_venue_opening_venue_id_weekday UNIQUE (venue_id, weekday), 
	CONSTRAINT ck_venue_opening_is_a_weekday CHECK (weekday BETWEEN 0 AND 6), 
	CONSTRAINT ck_venue_opening_closes_after_opening CHECK (closes > opens), 
	CONSTRAINT fk_venue_opening_venue_id FOREIGN KEY(venue_id) REFERENCES venue (id) ON DELETE CASCADE
);

CREATE TABLE weekly_absence (
	id INTEGER NOT NULL, 
	instructor_id INTEGER NOT NULL, 
	weekday INTEGER NOT NULL, 
	starts INTEGER NOT NULL, 
	ends INTEGER NOT NULL, 
	CONSTRAINT pk_weekly_absence PRIMARY KEY (id), 
	CONSTRAINT uq_weekly_absence_instructor_id_weekday_starts UNIQUE (instructor_id, weekday, starts), 
	CONSTRAINT ck_weekly_absence_weekday CHECK (weekday BETWEEN 0 AND 6), 
	CONSTRAINT ck_weekly_absence_minutes CHECK (starts >= 0 AND ends > starts AND ends <= 1440), 
	CONSTRAINT fk_weekly_absence_instructor_id FOREIGN KEY(instructor_id) REFERENCES instructor (id) ON DELETE CASCADE
);

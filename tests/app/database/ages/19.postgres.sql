CREATE TABLE public.agent (
    id uuid DEFAULT '01a223fa-c80b-733a-9a6b-8a1ce787852b'::uuid NOT NULL,
    organization uuid NOT NULL,
    email character varying(254) DEFAULT ''::character varying NOT NULL,
    name character varying(64) DEFAULT ''::character varying NOT NULL,
    role character varying(16) DEFAULT 'agent'::character varying NOT NULL,
    password_hash character varying(256) DEFAULT ''::character varying NOT NULL,
    locale character varying(16) DEFAULT ''::character varying NOT NULL,
    disabled_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT '2026-11-28 21:06:07.499423+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.attempt (
    id uuid DEFAULT '01a223fa-c950-76fd-8d60-7b915c42dcbf'::uuid NOT NULL,
    organization uuid NOT NULL,
    channel uuid NOT NULL,
    bucket character varying(64) DEFAULT ''::character varying NOT NULL,
    dispatch uuid,
    number integer DEFAULT 1 NOT NULL,
    started_at timestamp with time zone DEFAULT '2026-11-28 21:06:07.826083+00'::timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    blocks_until timestamp with time zone DEFAULT '2026-11-28 21:06:07.826182+00'::timestamp with time zone NOT NULL,
    outcome character varying(24) DEFAULT ''::character varying NOT NULL,
    code character varying(64) DEFAULT ''::character varying NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    hint text DEFAULT ''::text NOT NULL,
    facts text DEFAULT '{}'::text NOT NULL,
    http_status integer,
    duration_ms integer,
    response text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.audit (
    id uuid DEFAULT '01a223fa-c8a6-74e0-9549-996a711a80f6'::uuid NOT NULL,
    organization uuid NOT NULL,
    at timestamp with time zone DEFAULT '2026-11-28 21:06:07.65451+00'::timestamp with time zone NOT NULL,
    actor character varying(254) DEFAULT ''::character varying NOT NULL,
    action character varying(48) DEFAULT ''::character varying NOT NULL,
    target character varying(64) DEFAULT ''::character varying NOT NULL,
    detail text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.channel (
    id uuid DEFAULT '01a223fa-c83c-713a-aef5-3df1980676a1'::uuid NOT NULL,
    organization uuid NOT NULL,
    kind character varying(16) DEFAULT ''::character varying NOT NULL,
    name character varying(64) DEFAULT ''::character varying NOT NULL,
    config text DEFAULT ''::text NOT NULL,
    target character varying(64) DEFAULT ''::character varying NOT NULL,
    bucket character varying(64) DEFAULT ''::character varying NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    archived_at timestamp with time zone,
    "position" integer DEFAULT 0 NOT NULL,
    priority character varying(8) DEFAULT 'normal'::character varying NOT NULL,
    rate_limit_per_minute integer,
    template text DEFAULT ''::text NOT NULL,
    paused_until timestamp with time zone,
    stopped_at timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    failed_dispatch uuid,
    failing_since timestamp with time zone,
    announced_at timestamp with time zone,
    ok_at timestamp with time zone,
    error_at timestamp with time zone,
    error_code character varying(64) DEFAULT ''::character varying NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    hint text DEFAULT ''::text NOT NULL,
    facts text DEFAULT '{}'::text NOT NULL,
    tested_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT '2026-11-28 21:06:07.548986+00'::timestamp with time zone NOT NULL,
    updated_at timestamp with time zone DEFAULT '2026-11-28 21:06:07.54901+00'::timestamp with time zone NOT NULL,
    fallback_after_seconds integer DEFAULT 600 NOT NULL,
    fallback_for uuid,
    blocked_until timestamp with time zone
);
CREATE TABLE public.delivery (
    id uuid DEFAULT '01a223fa-c977-70c6-b23d-1a2ca6d78a3d'::uuid NOT NULL,
    organization uuid NOT NULL,
    message uuid,
    channel uuid NOT NULL,
    purpose character varying(8) DEFAULT 'new'::character varying NOT NULL,
    about uuid,
    state character varying(16) DEFAULT 'pending'::character varying NOT NULL,
    rank timestamp with time zone DEFAULT '2026-11-28 21:06:07.863898+00'::timestamp with time zone NOT NULL,
    due_at timestamp with time zone DEFAULT '2026-11-28 21:06:07.863923+00'::timestamp with time zone NOT NULL,
    dispatch uuid,
    reason character varying(64) DEFAULT ''::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT '2026-11-28 21:06:07.863955+00'::timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    earlier text DEFAULT '[]'::text NOT NULL,
    replayed_at timestamp with time zone,
    template text
);
CREATE TABLE public.dispatch (
    id uuid DEFAULT '01a223fa-c921-757e-aae9-61e3513e66f1'::uuid NOT NULL,
    organization uuid NOT NULL,
    channel uuid NOT NULL,
    kind character varying(8) DEFAULT 'single'::character varying NOT NULL,
    state character varying(16) DEFAULT 'sending'::character varying NOT NULL,
    reason character varying(64) DEFAULT ''::character varying NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    unknowns integer DEFAULT 0 NOT NULL,
    rendering character varying(16) DEFAULT 'normal'::character varying NOT NULL,
    accepted text DEFAULT '[]'::text NOT NULL,
    size integer DEFAULT 1 NOT NULL,
    lease_until timestamp with time zone,
    retry_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT '2026-11-28 21:06:07.778515+00'::timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    template text DEFAULT ''::text NOT NULL,
    refused text DEFAULT '[]'::text NOT NULL
);
CREATE TABLE public.form_version (
    id uuid DEFAULT '01a223fa-ce44-7466-9fa9-87c52a98febe'::uuid NOT NULL,
    organization uuid NOT NULL,
    number integer DEFAULT 1 NOT NULL,
    form text DEFAULT '{}'::text NOT NULL,
    published_at timestamp with time zone,
    published_by character varying(254) DEFAULT ''::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT '2026-11-28 21:06:09.092842+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.message (
    id uuid DEFAULT '01a223fa-c86e-717e-9ea7-53cae61a6918'::uuid NOT NULL,
    organization uuid NOT NULL,
    reference character varying(16) DEFAULT ''::character varying NOT NULL,
    shown_reference character varying(16) DEFAULT ''::character varying NOT NULL,
    submission_id character varying(64) DEFAULT ''::character varying NOT NULL,
    fingerprint character varying(64) DEFAULT ''::character varying NOT NULL,
    repeat_of uuid,
    repeats integer DEFAULT 1 NOT NULL,
    told_at timestamp with time zone,
    name character varying(64) DEFAULT ''::character varying NOT NULL,
    phone character varying(32) DEFAULT ''::character varying NOT NULL,
    email character varying(254) DEFAULT ''::character varying NOT NULL,
    content text DEFAULT ''::text NOT NULL,
    category character varying(64) DEFAULT ''::character varying NOT NULL,
    fields text DEFAULT '{}'::text NOT NULL,
    source character varying(32) DEFAULT 'web_chat'::character varying NOT NULL,
    page_url text DEFAULT ''::text NOT NULL,
    referrer text DEFAULT ''::text NOT NULL,
    ip character varying(64) DEFAULT ''::character varying NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    language character varying(64) DEFAULT ''::character varying NOT NULL,
    search text DEFAULT ''::text NOT NULL,
    status character varying(16) DEFAULT 'pending'::character varying NOT NULL,
    outcome character varying(16) DEFAULT ''::character varying NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    read_at timestamp with time zone,
    handled_at timestamp with time zone,
    handled_by character varying(254) DEFAULT ''::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT '2026-11-28 21:06:07.6063+00'::timestamp with time zone NOT NULL,
    external_id character varying(128) DEFAULT ''::character varying NOT NULL,
    consents text DEFAULT '[]'::text NOT NULL,
    form_version integer,
    labels text DEFAULT '{}'::text NOT NULL,
    spam_reason character varying(32) DEFAULT ''::character varying NOT NULL,
    solved character varying(4) DEFAULT ''::character varying NOT NULL
);
CREATE TABLE public.migration (
    id integer NOT NULL,
    name character varying(200) DEFAULT ''::character varying NOT NULL,
    app_name character varying(200) DEFAULT ''::character varying NOT NULL,
    ran_on timestamp without time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
CREATE SEQUENCE public.migration_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.migration_id_seq OWNED BY public.migration.id;
CREATE TABLE public.organization (
    id uuid DEFAULT '01a223fa-c7df-70bc-b9a7-fc6e9f6f44dc'::uuid NOT NULL,
    slug character varying(64) DEFAULT ''::character varying NOT NULL,
    name character varying(128) DEFAULT ''::character varying NOT NULL,
    locale character varying(16) DEFAULT 'zh-CN'::character varying NOT NULL,
    timezone character varying(64) DEFAULT 'Asia/Shanghai'::character varying NOT NULL,
    rate_limit_per_minute integer DEFAULT 10 NOT NULL,
    rate_limit_total_per_minute integer,
    dedup_window_seconds integer DEFAULT 600 NOT NULL,
    due_at timestamp with time zone,
    wakes bigint DEFAULT 0 NOT NULL,
    messages bigint DEFAULT 0 NOT NULL,
    setup_hash character varying(64) DEFAULT ''::character varying NOT NULL,
    setup_until timestamp with time zone,
    created_at timestamp with time zone DEFAULT '2026-11-28 21:06:07.455304+00'::timestamp with time zone NOT NULL,
    blocked_words text DEFAULT ''::text NOT NULL,
    reply_hours integer,
    confirm_channel uuid,
    proof_of_work boolean DEFAULT true NOT NULL
);
CREATE TABLE public.presence_report (
    id uuid DEFAULT '01a223fa-cafb-77f0-97fe-22cdd74cee2c'::uuid NOT NULL,
    organization uuid NOT NULL,
    source character varying(64) DEFAULT ''::character varying NOT NULL,
    who character varying(64) DEFAULT ''::character varying NOT NULL,
    name character varying(254) DEFAULT ''::character varying NOT NULL,
    online integer DEFAULT 0 NOT NULL,
    until timestamp with time zone DEFAULT '2026-11-28 21:06:08.251741+00'::timestamp with time zone NOT NULL,
    overloaded_until timestamp with time zone,
    at timestamp with time zone DEFAULT '2026-11-28 21:06:08.251763+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.presence_rule (
    id uuid DEFAULT '01a223fa-cb5a-7493-a529-b1bad5ab6f35'::uuid NOT NULL,
    organization uuid NOT NULL,
    rule character varying(24) DEFAULT 'agents'::character varying NOT NULL,
    schedule text DEFAULT ''::text NOT NULL,
    override character varying(8) DEFAULT ''::character varying NOT NULL,
    override_until timestamp with time zone,
    override_by character varying(254) DEFAULT ''::character varying NOT NULL,
    updated_at timestamp with time zone DEFAULT '2026-11-28 21:06:08.347066+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.remark (
    id uuid DEFAULT '01a223fa-cf88-7686-8b4d-1fae790b85c7'::uuid NOT NULL,
    organization uuid NOT NULL,
    message uuid NOT NULL,
    author character varying(254) DEFAULT ''::character varying NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    visible boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT '2026-11-28 21:06:09.441818+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.session (
    id uuid DEFAULT '01a223fa-c8e2-725a-ad25-a39edbf3b88a'::uuid NOT NULL,
    agent uuid NOT NULL,
    token_hash character varying(64) DEFAULT ''::character varying NOT NULL,
    address character varying(64) DEFAULT ''::character varying NOT NULL,
    user_agent character varying(512) DEFAULT ''::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT '2026-11-28 21:06:07.714513+00'::timestamp with time zone NOT NULL,
    seen_at timestamp with time zone DEFAULT '2026-11-28 21:06:07.714533+00'::timestamp with time zone NOT NULL,
    expires_at timestamp with time zone DEFAULT '2026-11-28 21:06:07.714548+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.template_version (
    id uuid DEFAULT '01a223fa-cabb-73bb-8838-caf6f61ecc48'::uuid NOT NULL,
    organization uuid NOT NULL,
    channel uuid,
    kind character varying(16) DEFAULT ''::character varying NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    saved_by character varying(254) DEFAULT ''::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT '2026-11-28 21:06:08.187312+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.token (
    id uuid DEFAULT '01a223fa-c8c1-7320-9c31-c32591a70d17'::uuid NOT NULL,
    organization uuid NOT NULL,
    public_id character varying(32) DEFAULT ''::character varying NOT NULL,
    secret_hash character varying(64) DEFAULT ''::character varying NOT NULL,
    name character varying(64) DEFAULT ''::character varying NOT NULL,
    scopes character varying(256) DEFAULT ''::character varying NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    used_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT '2026-11-28 21:06:07.681791+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.widget (
    id uuid DEFAULT '01a223fa-cc0a-77b9-a1ef-d1b14316fdfd'::uuid NOT NULL,
    organization uuid NOT NULL,
    embedding character varying(8) DEFAULT 'listed'::character varying NOT NULL,
    hosts text DEFAULT '[]'::text NOT NULL,
    label character varying(32) DEFAULT ''::character varying NOT NULL,
    label_en character varying(32) DEFAULT ''::character varying NOT NULL,
    side character varying(8) DEFAULT 'right'::character varying NOT NULL,
    accent character varying(8) DEFAULT ''::character varying NOT NULL,
    theme character varying(8) DEFAULT 'auto'::character varying NOT NULL,
    show character varying(8) DEFAULT 'offline'::character varying NOT NULL,
    online character varying(8) DEFAULT 'hide'::character varying NOT NULL,
    chat_link text DEFAULT ''::text NOT NULL,
    phone character varying(32) DEFAULT ''::character varying NOT NULL,
    email character varying(254) DEFAULT ''::character varying NOT NULL,
    context text DEFAULT '[]'::text NOT NULL,
    identity text DEFAULT ''::text NOT NULL,
    updated_at timestamp with time zone DEFAULT '2026-11-28 21:06:08.52298+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.widget_host (
    id uuid DEFAULT '01a223fa-cbe7-7325-96fc-ac2a42ee1f2a'::uuid NOT NULL,
    organization uuid NOT NULL,
    origin character varying(255) DEFAULT ''::character varying NOT NULL,
    minutes integer DEFAULT 1 NOT NULL,
    first_at timestamp with time zone DEFAULT '2026-11-28 21:06:08.487943+00'::timestamp with time zone NOT NULL,
    at timestamp with time zone DEFAULT '2026-11-28 21:06:08.487971+00'::timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.migration ALTER COLUMN id SET DEFAULT nextval('public.migration_id_seq'::regclass);
INSERT INTO public.agent VALUES ('01a223fa-d359-7729-97e1-fa13e2287755', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'owner@shop.example', 'owner', 'owner', '$argon2id$v=19$m=32768,t=3,p=1$/10spll1dM9MMyeFQMwHIA$PedRKzB6xlN/SkGERypbAVUh7VnxuwPZFWdbVO6rQ2w', '', NULL, '2026-11-28 21:06:10.393616+00');
INSERT INTO public.attempt VALUES ('01a223fa-d630-76cc-9c40-9114719ac044', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d46d-75ea-9299-00254b8932eb', '2f5cddb81347e7bd5f69ed1c378cb750', '01a223fa-d630-76cc-9c40-911364867119', 1, '2026-11-28 21:06:11.078279+00', '2026-11-28 21:06:11.397196+00', '2026-11-28 21:06:11.397196+00', 'retry', 'dns_failed', '', 'The server''s name is not found. Check it for typing errors.', '{}', NULL, 162, '');
INSERT INTO public.attempt VALUES ('01a223fa-d64a-706b-a207-a9a20f22f773', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d4fd-737a-8995-73389aeea917', '622997bfba9d2453ae1acbc13d9cb824', '01a223fa-d64a-706b-a207-a9a1edb5d5fd', 1, '2026-11-28 21:06:11.078279+00', '2026-11-28 21:06:11.469464+00', '2026-11-28 21:06:11.469464+00', 'retry', 'connect_failed', '', 'No connection to the server. Check address and port; a firewall may be in the way.', '{"stage":"connect"}', NULL, 170, '');
INSERT INTO public.attempt VALUES ('01a223fa-d63c-70e5-9eb4-4c1fcc7fb121', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d4bd-7127-8964-a404bc780d7e', 'c3249ee7e400d1666a1b5126faaa01d9', '01a223fa-d63b-77c7-b57a-a969ecf32ec0', 1, '2026-11-28 21:06:11.078279+00', '2026-11-28 21:06:11.469464+00', '2026-11-28 21:06:11.469464+00', 'retry', 'connect_failed', '', 'No connection to the server. Check address and port; a firewall may be in the way.', '{}', NULL, 189, '');
INSERT INTO public.attempt VALUES ('01a223fa-d64a-706b-a207-a9a4d49f6c18', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d4fd-737a-8995-73389aeea917', '622997bfba9d2453ae1acbc13d9cb824', '01a223fa-d64a-706b-a207-a9a3461a9465', 1, '2026-11-28 21:06:11.078279+00', '2026-11-28 21:06:11.669954+00', '2026-11-28 21:06:11.669954+00', 'retry', 'connect_failed', '', 'No connection to the server. Check address and port; a firewall may be in the way.', '{"stage":"connect"}', NULL, 246, '');
INSERT INTO public.attempt VALUES ('01a223fa-d63c-70e5-9eb4-4c21b30d94c6', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d4bd-7127-8964-a404bc780d7e', 'c3249ee7e400d1666a1b5126faaa01d9', '01a223fa-d63c-70e5-9eb4-4c20300f1517', 1, '2026-11-28 21:06:11.078279+00', '2026-11-28 21:06:11.669954+00', '2026-11-28 21:06:11.669954+00', 'retry', 'connect_failed', '', 'No connection to the server. Check address and port; a firewall may be in the way.', '{}', NULL, 302, '');
INSERT INTO public.attempt VALUES ('01a223fa-d630-76cc-9c40-9116b8bc32b2', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d46d-75ea-9299-00254b8932eb', '2f5cddb81347e7bd5f69ed1c378cb750', '01a223fa-d630-76cc-9c40-91158dfafdca', 1, '2026-11-28 21:06:11.078279+00', '2026-11-28 21:06:11.669954+00', '2026-11-28 21:06:11.669954+00', 'retry', 'dns_failed', '', 'The server''s name is not found. Check it for typing errors.', '{}', NULL, 417, '');
INSERT INTO public.audit VALUES ('01a223fa-d48c-7405-8387-6cb839f6949d', '01a223fa-d0dd-75f0-827b-81968a84ad95', '2026-11-28 21:06:10.700444+00', 'owner@shop.example', 'channel.added', '01a223fa-d46d-75ea-9299-00254b8932eb', 'wecom');
INSERT INTO public.audit VALUES ('01a223fa-d4c9-7383-b819-79d86e5dcdfc', '01a223fa-d0dd-75f0-827b-81968a84ad95', '2026-11-28 21:06:10.761567+00', 'owner@shop.example', 'channel.added', '01a223fa-d4bd-7127-8964-a404bc780d7e', 'custom');
INSERT INTO public.audit VALUES ('01a223fa-d508-7641-b76a-46cba3ba7efe', '01a223fa-d0dd-75f0-827b-81968a84ad95', '2026-11-28 21:06:10.828666+00', 'owner@shop.example', 'channel.added', '01a223fa-d4fd-737a-8995-73389aeea917', 'email');
INSERT INTO public.audit VALUES ('01a223fa-e012-74c7-83fe-2bd76ca0c11b', '01a223fa-d0dd-75f0-827b-81968a84ad95', '2026-11-28 21:06:13.650747+00', 'owner@shop.example', 'message.handled', '01a223fa-d5aa-7094-b8d1-d6f68acb8106', '');
INSERT INTO public.audit VALUES ('01a223fa-e094-778b-822c-825e3f05d298', '01a223fa-d0dd-75f0-827b-81968a84ad95', '2026-11-28 21:06:13.780746+00', 'owner@shop.example', 'message.replied', '01a223fa-d560-73de-90f9-aa6afdaed3b8', '');
INSERT INTO public.audit VALUES ('01a223fa-e135-719a-9fca-35623ed89961', '01a223fa-d0dd-75f0-827b-81968a84ad95', '2026-11-28 21:06:13.941829+00', 'owner@shop.example', 'form.field_added', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'text');
INSERT INTO public.audit VALUES ('01a223fa-e165-768f-8161-f9dfa8e5e3a8', '01a223fa-d0dd-75f0-827b-81968a84ad95', '2026-11-28 21:06:13.989675+00', 'owner@shop.example', 'form.published', '01a223fa-d0dd-75f0-827b-81968a84ad95', '1');
INSERT INTO public.audit VALUES ('01a223fa-e19d-7770-8362-c105bf9dea76', '01a223fa-d0dd-75f0-827b-81968a84ad95', '2026-11-28 21:06:14.045468+00', 'owner@shop.example', 'presence.rule', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'hours');
INSERT INTO public.audit VALUES ('01a223fa-e1c0-7327-b16f-35dffda72254', '01a223fa-d0dd-75f0-827b-81968a84ad95', '2026-11-28 21:06:14.080726+00', 'owner', 'presence.online', '01a223fa-d359-7729-97e1-fa13e2287755', '');
INSERT INTO public.audit VALUES ('01a223fa-e1f1-778c-ac88-e6b30384fac7', '01a223fa-d0dd-75f0-827b-81968a84ad95', '2026-11-28 21:06:14.12913+00', 'owner@shop.example', 'widget.changed', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'hosts');
INSERT INTO public.audit VALUES ('01a223fa-e231-7240-8ebb-00335d09aa90', '01a223fa-d0dd-75f0-827b-81968a84ad95', '2026-11-28 21:06:14.193949+00', 'owner@shop.example', 'template.saved', 'wecom', '');
INSERT INTO public.channel VALUES ('01a223fa-d4fd-737a-8995-73389aeea917', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'email', '', 'gAAAAABrC0JCWSDtIsWTSwp5rgSIYzQbreSiXS1pVvxTF-_a62S2GWy39r6GFaF-EvG46q1nv9jtEMNuNrP_BaneFHmAX1fuPSQwGA7GizOhAVr9Stoe_ENnEgIrYtgtoYcBg40rOpjq-sq2WoDUCvnmsVqsaF2HXh-aTi0vWVnqUObxfaDkvT5lJw5WHVWdd6hLKomY0SgpJt1wnXIFhvX9khvvinB_N4tpeQiSdYq4juHZlc5ows_K4Z447MGurZDOXt_fs7_LnDesiY0-JJs3ph9S_3oHAQ3iGFqhgeUtcPiqF2mApi_b_l1OBCpKI7kZP7aqwsd0oatrEBBuiApRUGPK55iBPdu46hqKGE4YDD0_FMDufFRa1PVljTcG-vPlRilbnODdoX7XAFb60Z4rimUKQUqluFcOP7iKdCE3bQe9yXXjXGY=', '6a0b5b351817a54e81ec960e308d9bbc', '622997bfba9d2453ae1acbc13d9cb824', true, NULL, 2, 'normal', NULL, '', NULL, NULL, 2, '01a223fa-d64a-706b-a207-a9a3461a9465', '2026-11-28 21:06:11.469464+00', NULL, NULL, '2026-11-28 21:06:11.669954+00', 'connect_failed', '', 'No connection to the server. Check address and port; a firewall may be in the way.', '{"stage":"connect"}', NULL, '2026-11-28 21:06:10.799101+00', '2026-11-28 21:06:10.799101+00', 600, NULL, NULL);
INSERT INTO public.channel VALUES ('01a223fa-d4bd-7127-8964-a404bc780d7e', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'custom', 'CRM', 'gAAAAABrC0JC9XB9Doe2C_n9g9quWUZGBDPHSNdr6gci43Wg0-PKVwFnbonDZOY8Lrtf0ZtieyOL7jMKMMR1SU03-51iS7U8bDpXGuHLjiqj24tVoDeI6vmcBmRGF_uDWj25uS2udDHZte35zCzOzgYGPqrSeOYHOXUvHmSVarOaK6xx-CJ1IKUopTVG78qH-p__ccli2EhibElyDAJkwWZJDNzEg6AFe4TtwJWOaRv2751bfyLeVaMQRp5iBhb8YzfRz_8jwn9ayihovkYtEG3gVP_9ExgN0lmfoDbDb8BJ_j49uVuyMd25Y3r_7HzSwoPF7VWWvPcdl4pcdSfTdFC5Owd7xBLUdmUuIk3nXPstIKdEGzqLY-it-DRBXAVlRHqm6cidaISWCUpM7guc_Bj7gJlNLhH1aOqjejXUQtYIkt7CkyL-HeM=', 'd0d79d696692bc6ebda9e192a56d9c8d', 'c3249ee7e400d1666a1b5126faaa01d9', true, NULL, 1, 'normal', NULL, '', NULL, NULL, 2, '01a223fa-d63c-70e5-9eb4-4c20300f1517', '2026-11-28 21:06:11.469464+00', NULL, NULL, '2026-11-28 21:06:11.669954+00', 'connect_failed', '', 'No connection to the server. Check address and port; a firewall may be in the way.', '{}', NULL, '2026-11-28 21:06:10.746782+00', '2026-11-28 21:06:10.746782+00', 600, NULL, NULL);
INSERT INTO public.channel VALUES ('01a223fa-d46d-75ea-9299-00254b8932eb', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'wecom', '企业微信 · 销售群', 'gAAAAABrC0JCfoVqGZ0cELURDDddkUzlijlAYYrBP-KoFjTan6Ov4AVGeyJmeNiOEQpQGe7u4SbsqiXH_3LRpkw2_4aX_tdcQ6H4MbsSLj5qeNShOuSs0ev1XavrIyJO3zSnXunKXpomTKGT4lmd9prigfvTBjchIJWT1J3DPIyd3SU7yiLkl72BDbef78jDdbmhXHNrbqTN_Pp6lUr2qsdoPm6WOps4_xyz8qJaQbUpEGuRhZxdoU-nEvkBQruVmDLGinIdiSfr--1eUKCXjdO4lPEL2dZpSZpjSzZW_misKI5OkWzMyGZLAKsOnStkhS3Uyv2e5jxcYTmJF91S74iSpdlFxWH_eGMvDzhlRbJDbe-p4XIaJVR5vcU-k3TCvM7BiPehED0oliyOi5v8gMn0Ik9aDVD__z7PlSAsWCNiVGuiNLZJiE0=', 'a2ac6dd35aec020f999cd9170e6e809d', '2f5cddb81347e7bd5f69ed1c378cb750', true, NULL, 0, 'normal', NULL, '', NULL, NULL, 2, '01a223fa-d630-76cc-9c40-91158dfafdca', '2026-11-28 21:06:11.397196+00', NULL, NULL, '2026-11-28 21:06:11.669954+00', 'dns_failed', '', 'The server''s name is not found. Check it for typing errors.', '{}', NULL, '2026-11-28 21:06:10.66193+00', '2026-11-28 21:06:10.66193+00', 600, NULL, NULL);
INSERT INTO public.delivery VALUES ('01a223fa-d5ca-71e0-9ae9-9ab8e86c4ca2', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d560-73de-90f9-aa6afdaed3b8', '01a223fa-d46d-75ea-9299-00254b8932eb', 'repeat', NULL, 'pending', '2026-11-28 21:16:10.883208+00', '2026-11-28 21:16:10.883208+00', NULL, '', '2026-11-28 21:06:11.014013+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a223fa-d5ca-71e0-9ae9-9ab99de9f98e', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d560-73de-90f9-aa6afdaed3b8', '01a223fa-d4bd-7127-8964-a404bc780d7e', 'repeat', NULL, 'pending', '2026-11-28 21:16:10.883208+00', '2026-11-28 21:16:10.883208+00', NULL, '', '2026-11-28 21:06:11.014013+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a223fa-d5ca-71e0-9ae9-9aba9c7e7ddb', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d560-73de-90f9-aa6afdaed3b8', '01a223fa-d4fd-737a-8995-73389aeea917', 'repeat', NULL, 'pending', '2026-11-28 21:16:10.883208+00', '2026-11-28 21:16:10.883208+00', NULL, '', '2026-11-28 21:06:11.014013+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a223fa-d560-73de-90f9-aa6bbe682218', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d560-73de-90f9-aa6afdaed3b8', '01a223fa-d46d-75ea-9299-00254b8932eb', 'new', NULL, 'sending', '2026-11-28 21:06:10.883208+00', '2026-11-28 21:06:10.883208+00', '01a223fa-d630-76cc-9c40-911364867119', '', '2026-11-28 21:06:10.883208+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a223fa-d560-73de-90f9-aa6cf403468e', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d560-73de-90f9-aa6afdaed3b8', '01a223fa-d4bd-7127-8964-a404bc780d7e', 'new', NULL, 'sending', '2026-11-28 21:06:10.883208+00', '2026-11-28 21:06:10.883208+00', '01a223fa-d63b-77c7-b57a-a969ecf32ec0', '', '2026-11-28 21:06:10.883208+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a223fa-d560-73de-90f9-aa6dacf7cd6e', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d560-73de-90f9-aa6afdaed3b8', '01a223fa-d4fd-737a-8995-73389aeea917', 'new', NULL, 'sending', '2026-11-28 21:06:10.883208+00', '2026-11-28 21:06:10.883208+00', '01a223fa-d64a-706b-a207-a9a1edb5d5fd', '', '2026-11-28 21:06:10.883208+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a223fa-d5ab-7746-819d-6bde129e294d', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d5aa-7094-b8d1-d6f68acb8106', '01a223fa-d46d-75ea-9299-00254b8932eb', 'new', NULL, 'cancelled', '2026-11-28 21:06:10.975265+00', '2026-11-28 21:06:10.975265+00', '01a223fa-d630-76cc-9c40-91158dfafdca', 'handled', '2026-11-28 21:06:10.975265+00', '2026-11-28 21:06:13.578185+00', '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a223fa-d5ab-7746-819d-6bdfc1c2d945', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d5aa-7094-b8d1-d6f68acb8106', '01a223fa-d4bd-7127-8964-a404bc780d7e', 'new', NULL, 'cancelled', '2026-11-28 21:06:10.975265+00', '2026-11-28 21:06:10.975265+00', '01a223fa-d63c-70e5-9eb4-4c20300f1517', 'handled', '2026-11-28 21:06:10.975265+00', '2026-11-28 21:06:13.578185+00', '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a223fa-d5ab-7746-819d-6be04fb9b67c', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d5aa-7094-b8d1-d6f68acb8106', '01a223fa-d4fd-737a-8995-73389aeea917', 'new', NULL, 'cancelled', '2026-11-28 21:06:10.975265+00', '2026-11-28 21:06:10.975265+00', '01a223fa-d64a-706b-a207-a9a3461a9465', 'handled', '2026-11-28 21:06:10.975265+00', '2026-11-28 21:06:13.578185+00', '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a223fa-e0d3-741a-b7ab-d99bf54937a7', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d560-73de-90f9-aa6afdaed3b8', '01a223fa-d46d-75ea-9299-00254b8932eb', 'more', NULL, 'pending', '2026-11-28 21:06:13.802515+00', '2026-11-28 21:06:13.802515+00', NULL, '', '2026-11-28 21:06:13.802515+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a223fa-e0d3-741a-b7ab-d99ce6406e09', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d560-73de-90f9-aa6afdaed3b8', '01a223fa-d4bd-7127-8964-a404bc780d7e', 'more', NULL, 'pending', '2026-11-28 21:06:13.802515+00', '2026-11-28 21:06:13.802515+00', NULL, '', '2026-11-28 21:06:13.802515+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a223fa-e0d3-741a-b7ab-d99dd7c96146', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d560-73de-90f9-aa6afdaed3b8', '01a223fa-d4fd-737a-8995-73389aeea917', 'more', NULL, 'pending', '2026-11-28 21:06:13.802515+00', '2026-11-28 21:06:13.802515+00', NULL, '', '2026-11-28 21:06:13.802515+00', NULL, '[]', NULL, NULL);
INSERT INTO public.dispatch VALUES ('01a223fa-d630-76cc-9c40-911364867119', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d46d-75ea-9299-00254b8932eb', 'single', 'retry', '', 1, 1, 0, 'normal', '[]', 1, '2026-11-28 21:06:41.078279+00', '2026-11-28 21:06:16.74498+00', '2026-11-28 21:06:11.078279+00', NULL, '', '[]');
INSERT INTO public.dispatch VALUES ('01a223fa-d64a-706b-a207-a9a1edb5d5fd', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d4fd-737a-8995-73389aeea917', 'single', 'retry', '', 1, 1, 0, 'normal', '[]', 1, '2026-11-28 21:07:01.078279+00', '2026-11-28 21:06:16.888234+00', '2026-11-28 21:06:11.078279+00', NULL, '', '[]');
INSERT INTO public.dispatch VALUES ('01a223fa-d63b-77c7-b57a-a969ecf32ec0', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d4bd-7127-8964-a404bc780d7e', 'single', 'retry', '', 1, 1, 0, 'normal', '[]', 1, '2026-11-28 21:06:46.078279+00', '2026-11-28 21:06:15.746919+00', '2026-11-28 21:06:11.078279+00', NULL, '', '[]');
INSERT INTO public.dispatch VALUES ('01a223fa-d64a-706b-a207-a9a3461a9465', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d4fd-737a-8995-73389aeea917', 'single', 'cancelled', 'handled', 1, 1, 0, 'normal', '[]', 1, '2026-11-28 21:07:01.078279+00', NULL, '2026-11-28 21:06:11.078279+00', '2026-11-28 21:06:13.578185+00', '', '[]');
INSERT INTO public.dispatch VALUES ('01a223fa-d63c-70e5-9eb4-4c20300f1517', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d4bd-7127-8964-a404bc780d7e', 'single', 'cancelled', 'handled', 1, 1, 0, 'normal', '[]', 1, '2026-11-28 21:06:46.078279+00', NULL, '2026-11-28 21:06:11.078279+00', '2026-11-28 21:06:13.578185+00', '', '[]');
INSERT INTO public.dispatch VALUES ('01a223fa-d630-76cc-9c40-91158dfafdca', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d46d-75ea-9299-00254b8932eb', 'single', 'cancelled', 'handled', 1, 1, 0, 'normal', '[]', 1, '2026-11-28 21:06:41.078279+00', NULL, '2026-11-28 21:06:11.078279+00', '2026-11-28 21:06:13.578185+00', '', '[]');
INSERT INTO public.form_version VALUES ('01a223fa-e10d-70be-bafb-f33e14ea3dd5', '01a223fa-d0dd-75f0-827b-81968a84ad95', 1, '{"fields":[{"key":"content","kind":"textarea","label":{"zh-CN":"留言内容","en":"Your message"},"required":true},{"key":"category","kind":"select","label":{"zh-CN":"问题类型","en":"What is it about?"},"choices":[{"value":"产品咨询","en":"Product enquiry"},{"value":"售后服务","en":"After-sales"},{"value":"投诉与建议","en":"Complaints and suggestions"},{"value":"其他","en":"Other"}],"in_list":true},{"key":"name","kind":"text","label":{"zh-CN":"您的称呼","en":"Your name"},"prefill":"name","in_list":true,"personal":true},{"key":"phone","kind":"phone","label":{"zh-CN":"电话","en":"Phone"},"group":"contact","prefill":"phone","in_list":true,"personal":true},{"key":"email","kind":"email","label":{"zh-CN":"邮箱","en":"Email"},"group":"contact","prefill":"email","in_list":true,"personal":true},{"key":"text","kind":"text","label":{"zh-CN":"文本","en":"Text"}}],"groups":[{"key":"contact","label":{"zh-CN":"联系方式","en":"How can we reach you?"},"at_least":1,"error":{}}]}', '2026-11-28 21:06:13.983296+00', 'owner@shop.example', '2026-11-28 21:06:13.905269+00');
INSERT INTO public.message VALUES ('01a223fa-d5c9-757f-8dbd-d6385005f636', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'LM-VN5HSX', 'LM-VN5HSX', 's-2', '4eaee63c814703cee624d13a83c214cf', '01a223fa-d560-73de-90f9-aa6afdaed3b8', 1, NULL, '王五', '13800138002', 'v2@example.com', '我想咨询一下产品价格', '产品咨询', '{}', 'web_chat', 'https://shop.example/', '', '192.0.2.10', 'Mozilla/5.0', '', 'lm-vn5hsx
王五
13800138002
13800138002
v2@example.com
我想咨询一下产品价格
产品咨询
', 'pending', '', '', NULL, NULL, '', '2026-11-28 21:06:11.014013+00', '', '[]', NULL, '{}', '', '');
INSERT INTO public.message VALUES ('01a223fa-d5f0-70b3-91d6-e163558a86b4', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'LM-3599HN', 'LM-3599HN', 's-9', '704ba180a790a2e6b625bb6f2e76d64f', NULL, 1, NULL, 'x', '13900139000', '', 'buy now http://spam.example', '', '{}', 'web_chat', '', '', '', '', '', 'lm-3599hn
x
13900139000
13900139000
buy now http://spam.example
', 'spam', '', '', NULL, NULL, '', '2026-11-28 21:06:11.053781+00', '', '[]', NULL, '{}', 'links', '');
INSERT INTO public.message VALUES ('01a223fa-d5aa-7094-b8d1-d6f68acb8106', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'LM-9G8VXB', 'LM-9G8VXB', 's-1', 'e3e4a3c27c4a80f93c733a3c1fd888e0', NULL, 1, '2026-11-28 21:06:10.975265+00', '李四', '13800138001', 'v1@example.com', '订单三天没有发货', '产品咨询', '{}', 'web_chat', 'https://shop.example/', '', '192.0.2.10', 'Mozilla/5.0', '', 'lm-9g8vxb
李四
13800138001
13800138001
v1@example.com
订单三天没有发货
产品咨询
', 'handled', 'email', '已回电', '2026-11-28 21:06:13.578185+00', '2026-11-28 21:06:13.578185+00', 'owner@shop.example', '2026-11-28 21:06:10.975265+00', '', '[]', NULL, '{}', '', '');
INSERT INTO public.message VALUES ('01a223fa-d560-73de-90f9-aa6afdaed3b8', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'LM-TVHET6', 'LM-TVHET6', 's-0', '4eaee63c814703cee624d13a83c214cf', NULL, 2, '2026-11-28 21:06:10.883208+00', '张三', '13800138000', 'v0@example.com', '我想咨询一下产品价格', '产品咨询', '{}', 'web_chat', 'https://shop.example/', '', '192.0.2.10', 'Mozilla/5.0', '', 'lm-tvhet6
张三
13800138000
13800138000
v0@example.com
我想咨询一下产品价格
产品咨询
', 'pending', '', '', NULL, NULL, '', '2026-11-28 21:06:10.883208+00', '', '[]', NULL, '{}', '', '');
INSERT INTO public.migration VALUES (1, '2026-11-22T15:00:00:000000', 'app', '2026-11-28 21:06:07.906989');
INSERT INTO public.migration VALUES (2, '2026-11-22T15:20:00:000000', 'app', '2026-11-28 21:06:08.181684');
INSERT INTO public.migration VALUES (3, '2026-11-22T15:52:00:831200', 'app', '2026-11-28 21:06:08.225467');
INSERT INTO public.migration VALUES (4, '2026-11-22T15:53:00:000000', 'app', '2026-11-28 21:06:08.240054');
INSERT INTO public.migration VALUES (5, '2026-11-22T16:05:12:601990', 'app', '2026-11-28 21:06:08.379312');
INSERT INTO public.migration VALUES (6, '2026-11-22T16:06:00:000000', 'app', '2026-11-28 21:06:08.431791');
INSERT INTO public.migration VALUES (7, '2026-11-22T16:20:00:000000', 'app', '2026-11-28 21:06:08.461433');
INSERT INTO public.migration VALUES (8, '2026-11-22T16:22:20:949176', 'app', '2026-11-28 21:06:09.023997');
INSERT INTO public.migration VALUES (9, '2026-11-22T16:23:00:000000', 'app', '2026-11-28 21:06:09.086027');
INSERT INTO public.migration VALUES (10, '2026-11-22T16:29:52:859542', 'app', '2026-11-28 21:06:09.258941');
INSERT INTO public.migration VALUES (11, '2026-11-22T16:30:00:000000', 'app', '2026-11-28 21:06:09.393801');
INSERT INTO public.migration VALUES (12, '2026-11-22T16:31:41:220017', 'app', '2026-11-28 21:06:09.565774');
INSERT INTO public.migration VALUES (13, '2026-11-22T16:50:00:000000', 'app', '2026-11-28 21:06:09.59794');
INSERT INTO public.migration VALUES (14, '2026-11-22T17:02:50:397360', 'app', '2026-11-28 21:06:09.6116');
INSERT INTO public.migration VALUES (15, '2026-11-22T17:03:00:000000', 'app', '2026-11-28 21:06:09.638284');
INSERT INTO public.migration VALUES (16, '2026-11-22T18:34:25:025473', 'app', '2026-11-28 21:06:09.65727');
INSERT INTO public.migration VALUES (17, '2026-11-22T18:40:00:000000', 'app', '2026-11-28 21:06:09.677694');
INSERT INTO public.migration VALUES (18, '2026-11-22T19:39:54:935899', 'app', '2026-11-28 21:06:09.696018');
INSERT INTO public.migration VALUES (19, '2026-11-22T23:00:00:000000', 'app', '2026-11-28 21:06:09.710478');
INSERT INTO public.organization VALUES ('01a223fa-d0dd-75f0-827b-81968a84ad95', 'default', 'Leavemsg', 'zh-CN', 'Asia/Shanghai', 10, NULL, 600, '2026-11-28 21:06:13.578118+00', 17, 4, '', NULL, '2026-11-28 21:06:09.757813+00', '', NULL, NULL, true);
INSERT INTO public.presence_report VALUES ('01a223fa-e1be-721f-b898-e4732aefcd31', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'console', '01a223fa-d359-7729-97e1-fa13e2287755', 'owner', 1, '2026-11-28 21:07:44.062318+00', NULL, '2026-11-28 21:06:14.062318+00');
INSERT INTO public.presence_rule VALUES ('01a223fa-e17a-7676-8a2b-f9f6f5ede738', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'hours', '', '', NULL, '', '2026-11-28 21:06:14.011367+00');
INSERT INTO public.remark VALUES ('01a223fa-e092-72cf-b11f-8af9a1994dd2', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d560-73de-90f9-aa6afdaed3b8', 'owner@shop.example', '马上给您回电', true, '2026-11-28 21:06:13.778062+00');
INSERT INTO public.remark VALUES ('01a223fa-e0b9-748d-a684-fe9b137e2cca', '01a223fa-d0dd-75f0-827b-81968a84ad95', '01a223fa-d560-73de-90f9-aa6afdaed3b8', '', '补充：要十台', true, '2026-11-28 21:06:13.802515+00');
INSERT INTO public.session VALUES ('01a223fa-d379-746d-af78-de2a37996f48', '01a223fa-d359-7729-97e1-fa13e2287755', '701f8d02c273a8dde608a34db9754472dba31328d3977ab580b982d547ac8c14', '127.0.0.1', 'Mozilla/5.0', '2026-11-28 21:06:10.42562+00', '2026-11-28 21:06:10.42562+00', '2026-12-05 21:06:10.42562+00');
INSERT INTO public.template_version VALUES ('01a223fa-e230-72bd-9832-53bff73e6709', '01a223fa-d0dd-75f0-827b-81968a84ad95', NULL, 'wecom', '{{ message.content }}', 'owner@shop.example', '2026-11-28 21:06:14.192313+00');
INSERT INTO public.token VALUES ('01a223fa-d389-7332-8828-d4388621ea0c', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'c3utkz6w7q8l', 'f446393f9b5ee4429ccb0858e9e094fa88a064c65e0a2b6b0c10f52b0ac5657d', 'quick-start', 'messages:read messages:write config:read config:write channels:test deliveries:replay presence:write submit', '2027-02-26 21:06:10.441045+00', NULL, NULL, '2026-11-28 21:06:10.44127+00');
INSERT INTO public.widget VALUES ('01a223fa-e1df-7446-80ed-d484b9ec4edc', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'listed', '["https://shop.example"]', '', '', 'right', '#4558d0', 'auto', 'offline', 'hide', '', '', '', '[]', '', '2026-11-28 21:06:14.11184+00');
INSERT INTO public.widget_host VALUES ('01a223fa-e213-76fc-9b5c-2cf3c4690e23', '01a223fa-d0dd-75f0-827b-81968a84ad95', 'https://shop.example', 1, '2026-11-28 21:06:14.157744+00', '2026-11-28 21:06:14.157744+00');
SELECT pg_catalog.setval('public.migration_id_seq', 19, true);
ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_email_key UNIQUE (email);
ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channel
    ADD CONSTRAINT channel_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.form_version
    ADD CONSTRAINT form_version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.organization
    ADD CONSTRAINT organization_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.organization
    ADD CONSTRAINT organization_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.presence_report
    ADD CONSTRAINT presence_report_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.presence_rule
    ADD CONSTRAINT presence_rule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.remark
    ADD CONSTRAINT remark_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.template_version
    ADD CONSTRAINT template_version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_public_id_key UNIQUE (public_id);
ALTER TABLE ONLY public.widget_host
    ADD CONSTRAINT widget_host_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.widget
    ADD CONSTRAINT widget_pkey PRIMARY KEY (id);
CREATE INDEX agent_of ON public.agent USING btree (organization);
CREATE INDEX attempt_by_channel ON public.attempt USING btree (channel, started_at);
CREATE INDEX attempt_dispatch ON public.attempt USING btree (dispatch, number);
CREATE INDEX attempt_places ON public.attempt USING btree (organization, blocks_until);
CREATE INDEX attempt_tests ON public.attempt USING btree (organization, id) WHERE (dispatch IS NULL);
CREATE INDEX audit_newest ON public.audit USING btree (organization, at);
CREATE INDEX audit_target ON public.audit USING btree (organization, target);
CREATE INDEX channel_fallback ON public.channel USING btree (fallback_for) WHERE (fallback_for IS NOT NULL);
CREATE INDEX channel_of ON public.channel USING btree (organization, "position");
CREATE INDEX delivery_by_state ON public.delivery USING btree (organization, state, id);
CREATE INDEX delivery_confirmed ON public.delivery USING btree (organization, created_at) WHERE ((purpose)::text = 'confirm'::text);
CREATE INDEX delivery_dispatch ON public.delivery USING btree (dispatch);
CREATE INDEX delivery_due ON public.delivery USING btree (organization, due_at) WHERE ((state)::text = 'pending'::text);
CREATE INDEX delivery_newest ON public.delivery USING btree (organization, id);
CREATE INDEX delivery_of_channel ON public.delivery USING btree (channel, id);
CREATE UNIQUE INDEX delivery_owed ON public.delivery USING btree (message, channel, purpose);
CREATE INDEX delivery_replayed ON public.delivery USING btree (organization, channel) WHERE ((replayed_at IS NOT NULL) AND ((state)::text = 'pending'::text));
CREATE INDEX delivery_waiting ON public.delivery USING btree (channel, rank, id) WHERE ((state)::text = 'pending'::text);
CREATE INDEX dispatch_by_channel ON public.dispatch USING btree (channel, created_at);
CREATE INDEX dispatch_open ON public.dispatch USING btree (organization) WHERE ((state)::text = ANY ((ARRAY['sending'::character varying, 'retry'::character varying])::text[]));
CREATE UNIQUE INDEX form_version_of ON public.form_version USING btree (organization, number);
CREATE INDEX message_by_status ON public.message USING btree (organization, status, id);
CREATE INDEX message_newest ON public.message USING btree (organization, id);
CREATE UNIQUE INDEX message_reference ON public.message USING btree (organization, reference);
CREATE INDEX message_repeats ON public.message USING btree (repeat_of) WHERE (repeat_of IS NOT NULL);
CREATE INDEX message_same ON public.message USING btree (organization, fingerprint, told_at) WHERE (repeat_of IS NULL);
CREATE UNIQUE INDEX message_submission ON public.message USING btree (organization, submission_id);
CREATE INDEX message_text ON public.message USING btree (organization, fingerprint, created_at);
CREATE INDEX message_unread ON public.message USING btree (organization) WHERE (read_at IS NULL);
CREATE INDEX organization_due ON public.organization USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE UNIQUE INDEX presence_report_of ON public.presence_report USING btree (organization, source, who);
CREATE UNIQUE INDEX presence_rule_of ON public.presence_rule USING btree (organization);
CREATE INDEX remark_of ON public.remark USING btree (message, id);
CREATE INDEX session_of ON public.session USING btree (agent);
CREATE INDEX template_version_of ON public.template_version USING btree (organization, kind, id);
CREATE INDEX token_of ON public.token USING btree (organization);
CREATE UNIQUE INDEX widget_host_of ON public.widget_host USING btree (organization, origin);
CREATE UNIQUE INDEX widget_of ON public.widget USING btree (organization);
ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_channel_fkey FOREIGN KEY (channel) REFERENCES public.channel(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.channel
    ADD CONSTRAINT channel_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_channel_fkey FOREIGN KEY (channel) REFERENCES public.channel(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_message_fkey FOREIGN KEY (message) REFERENCES public.message(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_channel_fkey FOREIGN KEY (channel) REFERENCES public.channel(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.form_version
    ADD CONSTRAINT form_version_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.presence_report
    ADD CONSTRAINT presence_report_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.presence_rule
    ADD CONSTRAINT presence_rule_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.remark
    ADD CONSTRAINT remark_message_fkey FOREIGN KEY (message) REFERENCES public.message(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.remark
    ADD CONSTRAINT remark_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_agent_fkey FOREIGN KEY (agent) REFERENCES public.agent(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.template_version
    ADD CONSTRAINT template_version_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.widget_host
    ADD CONSTRAINT widget_host_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.widget
    ADD CONSTRAINT widget_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;

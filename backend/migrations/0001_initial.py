from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields
from backend.migrations._operations import CreateModelInKeyOrder

class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name='Account',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('email', fields.CharField(unique=True, max_length=254)),
                ('name', fields.CharField(max_length=120)),
                ('role', fields.CharField(max_length=32)),
                ('password_hash', fields.CharField(max_length=255)),
                ('is_active', fields.BooleanField(default=True)),
            ],
            options={'table': 'account', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A member of staff: planner or administrator.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Area',
            fields=[
                ('code', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('names', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('language', fields.CharField(max_length=35)),
                ('position', fields.IntField()),
            ],
            options={'table': 'area', 'app': 'models', 'pk_attr': 'code', 'table_description': 'A pre-declared group of districts, for figures that one district is too small for.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('actor', fields.CharField(max_length=254)),
                ('action', fields.CharField(max_length=64)),
                ('object_code', fields.CharField(max_length=128)),
                ('detail', fields.TextField(default='', unique=False)),
            ],
            options={'table': 'audit_entry', 'app': 'models', 'pk_attr': 'id', 'table_description': 'One staff action. `detail` holds codes and reasons, never content that is meant to be deleted.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Blob',
            fields=[
                ('sha256', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('size', fields.IntField()),
                ('gzipped', fields.BinaryField()),
            ],
            options={'table': 'blob', 'app': 'models', 'pk_attr': 'sha256', 'table_description': 'Stored bytes under their own SHA-256, gzip-compressed once, never changed.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='District',
            fields=[
                ('code', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('area', fields.ForeignKeyField('models.Area', source_field='area_id', db_index=True, db_constraint=True, to_field='code', related_name='districts', on_delete=OnDelete.RESTRICT)),
                ('names', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('language', fields.CharField(max_length=35)),
                ('kind', fields.CharField(null=True, max_length=64)),
                ('geometry', fields.TextField(unique=False)),
                ('geometry_hash', fields.CharField(max_length=64)),
                ('boundary_vintage', fields.CharField(max_length=64)),
                ('position', fields.IntField()),
                ('is_active', fields.BooleanField(default=True)),
            ],
            options={'table': 'district', 'app': 'models', 'pk_attr': 'code', 'table_description': 'A district as it was drawn in one boundary vintage, retired rather than deleted when it ends.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('year', fields.IntField(db_index=True)),
                ('purpose', fields.CharField(unique=True, max_length=160)),
                ('rho', fields.CharField(max_length=200)),
                ('charged_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'ledger_entry', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A charge to the privacy budget. Append-only in the database itself (see append_only.py).'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Population',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('district', fields.ForeignKeyField('models.District', source_field='district_id', db_constraint=True, to_field='code', related_name='population', on_delete=OnDelete.RESTRICT)),
                ('age_from', fields.IntField()),
                ('age_to', fields.IntField(null=True)),
                ('sex', fields.CharField(max_length=8)),
                ('persons', fields.IntField()),
            ],
            options={'table': 'population', 'app': 'models', 'unique_together': (('district', 'age_from', 'sex'),), 'pk_attr': 'id', 'table_description': 'Persons of one sex (`woman`, `man`) and age band of a district (the open last band has no `age_to`).'},
            bases=['Model'],
        ),
        CreateModelInKeyOrder(
            name='Response',
            fields=[
                ('key', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ('week', fields.CharField(max_length=8)),
                ('answers', fields.TextField(null=True, unique=False)),
            ],
            options={'table': 'response', 'app': 'models', 'pk_attr': 'key', 'table_description': "One person's answers in one wave. No address, no device, no time of day, no cookie, no order of arrival."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Session',
            fields=[
                ('token_hash', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_index=True, db_constraint=True, to_field='id', related_name='sessions', on_delete=OnDelete.CASCADE)),
                ('expires_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'session', 'app': 'models', 'pk_attr': 'token_hash', 'table_description': "A sign-in. Only the hash of the cookie's token is stored, so that a copy of the database opens nothing."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Survey',
            fields=[
                ('code', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
            ],
            options={'table': 'survey', 'app': 'models', 'pk_attr': 'code', 'table_description': 'A lasting inquiry, such as the safety survey.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='QuestionnaireVersion',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('survey', fields.ForeignKeyField('models.Survey', source_field='survey_id', db_index=True, db_constraint=True, to_field='code', related_name='questionnaires', on_delete=OnDelete.RESTRICT)),
                ('version', fields.IntField()),
                ('definition', fields.TextField(unique=False)),
                ('definition_hash', fields.CharField(max_length=64)),
            ],
            options={'table': 'questionnaire', 'app': 'models', 'unique_together': (('survey', 'version'),), 'pk_attr': 'id', 'table_description': "One version of a survey's questions, as canonical JSON under its hash, never changed once imported."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Wave',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('code', fields.CharField(unique=True, max_length=64)),
                ('questionnaire', fields.ForeignKeyField('models.QuestionnaireVersion', source_field='questionnaire_id', db_index=True, db_constraint=True, to_field='id', related_name='waves', on_delete=OnDelete.RESTRICT)),
                ('starts_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ends_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('grace_hours', fields.IntField()),
                ('rho', fields.CharField(max_length=64)),
                ('planned_year', fields.IntField()),
                ('plan', fields.TextField(null=True, unique=False)),
                ('plan_hash', fields.CharField(null=True, max_length=64)),
                ('opened_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('sealed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('compacted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('responses_deleted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'wave', 'app': 'models', 'pk_attr': 'id', 'table_description': 'One fielding of a survey. Its state follows from the instants, nothing else says what it is.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ProgressLook',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('wave', fields.ForeignKeyField('models.Wave', source_field='wave_id', db_index=True, db_constraint=True, to_field='id', related_name='looks', on_delete=OnDelete.RESTRICT)),
                ('taken_on', fields.DateField()),
                ('noisy_count', fields.IntField()),
            ],
            options={'table': 'progress_look', 'app': 'models', 'unique_together': (('wave', 'taken_on'),), 'pk_attr': 'id', 'table_description': 'The one noisy look of a night at how many have answered in the whole city, at most thirty a wave.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Release',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('code', fields.CharField(unique=True, max_length=80)),
                ('wave', fields.ForeignKeyField('models.Wave', source_field='wave_id', db_index=True, db_constraint=True, to_field='id', related_name='releases', on_delete=OnDelete.RESTRICT)),
                ('revision', fields.IntField()),
                ('charged_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('stored_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('published_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('withheld_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('withdrawn_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('reason', fields.TextField(default='', unique=False)),
            ],
            options={'table': 'release', 'app': 'models', 'unique_together': (('wave', 'revision'),), 'pk_attr': 'id', 'table_description': "A wave's publication. Never edited, only superseded by a higher revision or withdrawn with a public reason."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ReleaseFile',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('release', fields.ForeignKeyField('models.Release', source_field='release_id', db_index=True, db_constraint=True, to_field='id', related_name='files', on_delete=OnDelete.RESTRICT)),
                ('position', fields.IntField()),
                ('name', fields.CharField(max_length=80)),
                ('blob', fields.ForeignKeyField('models.Blob', source_field='blob_id', db_index=True, db_constraint=True, to_field='sha256', related_name='files', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'release_file', 'app': 'models', 'unique_together': (('release', 'name'),), 'pk_attr': 'id', 'table_description': 'A file of a release: its name and the bytes it names. `position` is the order of the download list.'},
            bases=['Model'],
        ),
    ]

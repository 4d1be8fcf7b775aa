# Makes an analysis server of a Windows image that carries the packages, one step at a time.
#
# Not run in the project's tests, which have no Windows; its steps and words are compared with those of ubuntu.sh.
# The counterpart of ubuntu.sh, with the same steps, the same checks and the same words for hic. hic sends this text
# on standard input, then the values of the plan as assignments, then one call: Invoke-HicStep NAME,
# Invoke-HicCheck NAME or Get-HicFacts. Nothing of it is kept on the server, and no secret stands in an argument or a
# file. Every step is a pair: Test-X tells whether all is as wanted, Set-X brings it there.

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
# What programs are given on standard input; Windows PowerShell's own choice is ASCII.
$OutputEncoding = [Text.UTF8Encoding]::new()
# What the machine's own environment says of databases is for people who log in, not for us.
Remove-Item Env:PG*
$HIC_STEPS = @('packages', 'volume', 'cluster', 'server', 'roles', 'manual', 'analysis', 'hic', 'desktop')
$HIC_SERVICE = 'hic-postgresql'
$script:Told = '' # what a step tells beside changed or unchanged
$script:Complaint = '' # what the last program said on standard error

# --- what is said ---------------------------------------------------------------------------------------------

function Write-HicLine { [Console]::Out.WriteLine(($args | ForEach-Object { ([string]$_) -replace "[`t`r`n]", ' ' }) -join "`t") }

function Write-HicCheck($Name, $Verdict, $Detail) { Write-HicLine 'hic-check' $Name $Verdict $Detail }

# The step ends here. The code is explained by hic, in the reader's language.
function Stop-Hic($Code, $Detail) {
    Write-HicLine 'hic-error' $Code $Detail
    exit 1
}

# An error is told by its message alone: what PowerShell adds to it is longer, and would be read in its place.
function Invoke-HicCall($Call) {
    try { & $Call } catch {
        [Console]::Error.WriteLine($_.Exception.Message)
        exit 1
    }
}

function Invoke-HicStep($Name) {
    if ($HIC_STEPS -notcontains $Name) { Stop-Hic 'unknown-step' $Name }
    Invoke-HicCall {
        if (& "Test-Hic-$Name") { Write-HicLine 'hic-step' 'unchanged' $script:Told; return }
        & "Set-Hic-$Name" | Out-Null
        if (-not (& "Test-Hic-$Name")) { Stop-Hic 'not-settled' $Name }
        Write-HicLine 'hic-step' 'changed' $script:Told
    }
}

function Invoke-HicCheck($Name) { Invoke-HicCall { & "Check-Hic-$Name" } }

function Get-HicFacts {
    $memory = [int]((Get-CimInstance Win32_ComputerSystem).TotalPhysicalMemory / 1MB)
    $newest = Get-ChildItem 'C:\Program Files\PostgreSQL' -Directory -ErrorAction SilentlyContinue |
        Where-Object { $_.Name -match '^\d+$' } | Sort-Object { [int]$_.Name } | Select-Object -Last 1
    $binaries = if ($newest) { Join-Path $newest.FullName 'bin' } else { '' }
    Write-HicLine 'hic-facts' ([DateTimeOffset]::UtcNow.ToUnixTimeSeconds()) $memory ([Environment]::ProcessorCount) $binaries
}

# --- files and programs ---------------------------------------------------------------------------------------

function Test-Text($Path, $Text) { (Test-Path -LiteralPath $Path) -and ([IO.File]::ReadAllText($Path) -ceq $Text) }

# Written aside and renamed, in UTF-8 without a mark, so that a reader sees the old text or the new one.
function Set-Text($Path, $Text) {
    New-Item -ItemType Directory -Force (Split-Path $Path) | Out-Null
    [IO.File]::WriteAllText("$Path.new", $Text, [Text.UTF8Encoding]::new())
    Move-Item -Force -LiteralPath "$Path.new" $Path
}

# The one place where programs are started. Returns what one printed; its exit code stands in $LASTEXITCODE.
# Windows PowerShell takes the first line on standard error for an error of its own, which under 'Stop' would end the
# script even where the program only warns, or where its failure is what we ask for.
function Invoke-Program($Program, $Arguments, $Text = '') {
    $ErrorActionPreference = 'Continue'
    $global:LASTEXITCODE = 127 # stays, if there is no such program
    $lines = @($Text | & $Program @Arguments 2>&1)
    $said = @($lines | Where-Object { $_ -is [Management.Automation.ErrorRecord] })
    $script:Complaint = @($said | ForEach-Object { $_.Exception.Message }) -join "`n"
    @($lines | Where-Object { $_ -isnot [Management.Automation.ErrorRecord] }) -join "`n"
}

# The same for a program that has to succeed.
function Invoke-Successfully($Program, $Arguments, $Text = '') {
    $answer = Invoke-Program $Program $Arguments $Text
    if ($LASTEXITCODE -ne 0) { throw "$(Split-Path -Leaf $Program): exit ${LASTEXITCODE}: $script:Complaint $answer" }
    $answer
}

function Invoke-Admin($Text) {
    $env:PGOPTIONS = '-c log_statement=none -c pgaudit.log=none -c log_min_error_statement=panic'
    try {
        (Invoke-Successfully "$HIC_BINARIES\psql.exe" @(
            '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-p', $HIC_PORT, '-U', 'hic_admin', 'postgres'
        ) $Text).Trim()
    } finally { Remove-Item Env:PGOPTIONS }
}

# Full control, inherited by what is made within, for the administrators, the machine and who else is named; nobody
# else comes in. Accounts go by their numbers, which are the same in every language of Windows.
function Set-Access($Folder, $Others) {
    $grants = @('*S-1-5-32-544:(OI)(CI)F', '*S-1-5-18:(OI)(CI)F') + $Others
    Invoke-Successfully 'icacls' (@($Folder, '/inheritance:r', '/grant:r') + $grants) | Out-Null
}

# --- packages -------------------------------------------------------------------------------------------------

function Get-MissingPackages {
    $missing = @($HIC_COMMANDS | Where-Object { -not (Get-Command $_ -ErrorAction SilentlyContinue) })
    $missing += @('initdb', 'postgres', 'pg_ctl', 'psql' | Where-Object { -not (Test-Path "$HIC_BINARIES\$_.exe") })
    if (Get-Command 'Rscript' -ErrorAction SilentlyContinue) {
        $has = Invoke-Program 'Rscript' @('--vanilla', '-e', 'cat(rownames(installed.packages()))')
        if ($has -notmatch '\bDBI\b') { $missing += 'R:DBI' }
        if ($has -notmatch '\bRPostgre(s|SQL)\b') { $missing += 'R:RPostgres' }
    }
    $missing -join ' '
}

function Test-Hic-packages { -not (Get-MissingPackages) }
function Set-Hic-packages { Stop-Hic 'missing-packages' (Get-MissingPackages) }

# --- volume: the encrypted data disk, as a drive ----------------------------------------------------------------

function Get-DataDisk {
    # An NVMe disk calls itself vol0123456789abcdef0_00000001.
    $disk = Get-Disk | Where-Object { ($_.SerialNumber -replace '[-_].*$', '').Trim() -eq ($HIC_VOLUME -replace '-', '') }
    if (-not $disk) { Stop-Hic 'no-volume' $HIC_VOLUME }
    $disk
}

function Test-Hic-volume {
    $letter = $HIC_DATA.Substring(0, 1)
    $part = Get-Partition -DriveLetter $letter -ErrorAction SilentlyContinue
    if (-not $part -or $part.DiskNumber -ne (Get-DataDisk).Number) { return $false }
    # Storage that was added later (FEE-7) is taken into use.
    if ((Get-PartitionSupportedSize -DriveLetter $letter).SizeMax - $part.Size -gt 1GB) { return $false }
    if (-not (Test-Path "$HIC_CLUSTER\PG_VERSION") -and (Get-Volume $letter).SizeRemaining -lt [int]$HIC_LEAST_MB * 1MB) {
        Stop-Hic 'disk-full' $HIC_DATA
    }
    $true
}

function Set-Hic-volume {
    $disk, $letter = (Get-DataDisk), $HIC_DATA.Substring(0, 1)
    if ($disk.IsOffline) { Set-Disk $disk.Number -IsOffline $false }
    if ($disk.IsReadOnly) { Set-Disk $disk.Number -IsReadOnly $false }
    # Only a disk without any partition is formatted: one that holds something is never touched.
    if ($disk.PartitionStyle -eq 'RAW') {
        Initialize-Disk $disk.Number -PartitionStyle GPT
        New-Partition -DiskNumber $disk.Number -UseMaximumSize -DriveLetter $letter |
            Format-Volume -FileSystem NTFS -NewFileSystemLabel 'hic-data' -Confirm:$false | Out-Null
    }
    $part = Get-Partition -DiskNumber $disk.Number | Where-Object { (Get-Volume -Partition $_).FileSystemLabel -eq 'hic-data' }
    if (-not $part) { Stop-Hic 'volume-in-use' $disk.FriendlyName }
    if ($part.DriveLetter -ne $letter) { Set-Partition -InputObject $part -NewDriveLetter $letter }
    $most = (Get-PartitionSupportedSize -DriveLetter $letter).SizeMax
    if ($most - $part.Size -gt 1GB) { Resize-Partition -DriveLetter $letter -Size $most }
}

# --- cluster: PostgreSQL's data on that disk, and the certificate that it shows -----------------------------------

function Test-Hic-cluster {
    if (-not (Test-Path "$HIC_CLUSTER\PG_VERSION")) { return $false }
    $made = (Get-Content "$HIC_CLUSTER\PG_VERSION").Trim()
    if ((Invoke-Program "$HIC_BINARIES\postgres.exe" @('--version')) -notmatch " $made\.") { Stop-Hic 'other-version' $made }
    # Renewed a month before it ends.
    Invoke-Program 'openssl' @('x509', '-in', "$HIC_CLUSTER\server.crt", '-checkend', '2592000', '-noout') | Out-Null
    $LASTEXITCODE -eq 0
}

function Set-Hic-cluster {
    if (-not (Test-Path "$HIC_CLUSTER\PG_VERSION")) {
        $new = "$HIC_CLUSTER.new"
        if (Test-Path $new) { Remove-Item -Recurse -Force $new }
        # Its administrator has no password: only this machine's own account comes in as it.
        $said = Invoke-Program "$HIC_BINARIES\initdb.exe" @(
            '-D', $new, '-U', 'hic_admin', '-E', 'UTF8', '--locale=C', '--data-checksums', '--auth=reject'
        )
        if ($LASTEXITCODE -ne 0) {
            Remove-Item -Recurse -Force $new -ErrorAction SilentlyContinue
            Stop-Hic 'initdb' "$said $script:Complaint"
        }
        Move-Item $new $HIC_CLUSTER
    }
    New-Certificate
    # A server that runs shows it from now on, as people are about to be told.
    if (Test-Path "$HIC_CLUSTER\postmaster.pid") {
        Invoke-Program "$HIC_BINARIES\pg_ctl.exe" @('reload', '-s', '-D', $HIC_CLUSTER) | Out-Null
    }
}

function New-Certificate {
    $made = "$HIC_CLUSTER\.certificate"
    # The key is made here, and never leaves the server.
    Invoke-Successfully 'openssl' @(
        'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '400',
        '-subj', "/CN=$HIC_SERVER_NAME", '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1',
        '-keyout', "$made.key", '-out', "$made.crt"
    ) | Out-Null
    foreach ($kind in 'key', 'crt') { Move-Item -Force -LiteralPath "$made.$kind" "$HIC_CLUSTER\server.$kind" }
}

# --- server: PostgreSQL tuned, closed to others, running ----------------------------------------------------------

function Get-AllSettings {
    if (Test-Path "$HIC_BINARIES\..\lib\pgaudit.dll") {
        return $HIC_SETTINGS + "shared_preload_libraries = 'pgaudit'`npgaudit.log = 'read, write, ddl, role'`nlog_statement = 'none'`n"
    }
    $HIC_SETTINGS + "log_statement = 'all'`n"
}

function Test-Hic-server {
    if (-not (Test-Text "$HIC_CLUSTER\hic.conf" (Get-AllSettings))) { return $false }
    if (-not (Test-Text "$HIC_CLUSTER\pg_hba.conf" $HIC_HBA)) { return $false }
    if (-not (Test-Text "$HIC_CLUSTER\pg_ident.conf" $HIC_IDENT)) { return $false }
    if (-not (Select-String -Quiet -Path "$HIC_CLUSTER\postgresql.conf" -Pattern "^include 'hic.conf'")) { return $false }
    $service = Get-Service $HIC_SERVICE -ErrorAction SilentlyContinue
    if (-not $service -or $service.Status -ne 'Running' -or $service.StartType -ne 'Automatic') { return $false }
    $asked = "SELECT current_setting('server_encoding') || ' ' || current_setting('ssl') || ' ' ||
        (SELECT count(*) FROM pg_settings WHERE pending_restart);"
    # A server that does not answer as it is now may do so after a restart.
    $answer = try { Invoke-Admin $asked } catch { $_.Exception.Message }
    $script:Complaint = $answer
    $answer -eq 'UTF8 on 0'
}

function Set-Hic-server {
    Set-Text "$HIC_CLUSTER\hic.conf" (Get-AllSettings)
    Set-Text "$HIC_CLUSTER\pg_hba.conf" $HIC_HBA
    Set-Text "$HIC_CLUSTER\pg_ident.conf" $HIC_IDENT
    if (-not (Select-String -Quiet -Path "$HIC_CLUSTER\postgresql.conf" -Pattern "^include 'hic.conf'")) {
        [IO.File]::AppendAllText("$HIC_CLUSTER\postgresql.conf", "include 'hic.conf'`n")
    }
    New-Item -ItemType Directory -Force $HIC_LOGS | Out-Null
    # The service's account, the administrators and the machine; nobody else reads data or logs.
    foreach ($folder in $HIC_CLUSTER, $HIC_LOGS) { Set-Access $folder @('*S-1-5-20:(OI)(CI)F') }
    # The cluster that the installer makes is not on the data disk, and would hold the port.
    Get-Service 'postgresql-x64-*' -ErrorAction SilentlyContinue | ForEach-Object {
        Stop-Service -Force $_.Name
        Set-Service $_.Name -StartupType Disabled
    }
    if (Get-Service $HIC_SERVICE -ErrorAction SilentlyContinue) {
        Set-Service $HIC_SERVICE -StartupType Automatic
        # Of a server that stands still the answer is no.
        Invoke-Program "$HIC_BINARIES\pg_ctl.exe" @('reload', '-s', '-D', $HIC_CLUSTER) | Out-Null
        Start-Sleep -Seconds 1
        # People who work are cut off only when nothing less will do.
        if (Test-Hic-server) { return }
        Restart-Service -Force $HIC_SERVICE -ErrorAction SilentlyContinue
    } else {
        # Left to itself, pg_ctl takes the account of the machine, which may read every file for a COPY.
        Invoke-Successfully "$HIC_BINARIES\pg_ctl.exe" @(
            'register', '-N', $HIC_SERVICE, '-U', 'NT AUTHORITY\NetworkService', '-D', $HIC_CLUSTER, '-S', 'auto'
        ) | Out-Null
        Start-Service $HIC_SERVICE -ErrorAction SilentlyContinue
    }
    if (-not (Test-Hic-server)) { Stop-Hic 'no-start' "$script:Complaint $(Get-LastLog)" }
}

# The end of what PostgreSQL wrote last.
function Get-LastLog {
    $newest = Get-ChildItem "$HIC_LOGS\*.log" | Sort-Object LastWriteTime | Select-Object -Last 1
    if ($newest) { (Get-Content -LiteralPath $newest.FullName -Tail 3 -Encoding UTF8) -join ' ' }
}

# --- roles, manual, analysis, hic, desktop -------------------------------------------------------------------------

function Test-Hic-roles { (Invoke-Admin $HIC_ROLES_STATE) -ceq $HIC_ROLES_WANTED }
function Set-Hic-roles { Invoke-Admin $HIC_ROLES_SQL | Out-Null }

# What stands in a file of assignments, as variables of the machine.
function Test-Variables($Text) {
    foreach ($line in $Text.Trim() -split "`n") {
        $name, $value = $line -split '=', 2
        if ([Environment]::GetEnvironmentVariable($name, 'Machine') -cne $value) { return $false }
    }
    $true
}

function Set-Variables($Text) {
    foreach ($line in $Text.Trim() -split "`n") {
        $name, $value = $line -split '=', 2
        [Environment]::SetEnvironmentVariable($name, $value, 'Machine')
    }
}

# The same for this script alone: a variable of the machine reaches what is started after a new login.
function Use-Variables($Text) {
    foreach ($line in $Text.Trim() -split "`n") {
        $name, $value = $line -split '=', 2
        [Environment]::SetEnvironmentVariable($name, $value, 'Process')
    }
}

# ENV-13: UTF-8 in every console: here for cmd; PowerShell reads the profile of all users beside its own program.
$CONSOLE = 'HKLM:\SOFTWARE\Microsoft\Command Processor'

function Test-Hic-manual {
    $run = (Get-ItemProperty $CONSOLE -Name AutoRun -ErrorAction SilentlyContinue)
    $run -and $run.AutoRun -eq 'chcp 65001 >nul' -and (Test-Variables $HIC_MANUAL_ENVIRONMENT) -and
        (Test-Text $HIC_PROFILE $HIC_PROFILE_TEXT) -and
        (Test-Text "$HIC_CONFIG\postgresql.crt" ([IO.File]::ReadAllText("$HIC_CLUSTER\server.crt")))
}

function Set-Hic-manual {
    New-Item -ItemType Directory -Force $HIC_CONFIG | Out-Null
    # Everybody reads what stands there, and nobody but administrators writes: people trust this certificate.
    Set-Access $HIC_CONFIG @('*S-1-5-32-545:(OI)(CI)RX')
    Set-Text "$HIC_CONFIG\postgresql.crt" ([IO.File]::ReadAllText("$HIC_CLUSTER\server.crt"))
    Set-Text $HIC_PROFILE $HIC_PROFILE_TEXT
    Set-Variables $HIC_MANUAL_ENVIRONMENT
    Set-ItemProperty $CONSOLE -Name AutoRun -Value 'chcp 65001 >nul'
}

function Get-Renviron {
    $place = Invoke-Successfully 'Rscript' @('--vanilla', '-e', 'cat(R.home())')
    Join-Path $place.Trim() 'etc\Renviron.site'
}

function Test-Hic-analysis {
    if (-not (Test-Path 'C:\Program Files\RStudio')) { $script:Told = 'no-rstudio' }
    Test-Text (Get-Renviron) $HIC_RENVIRON_TEXT
}
function Set-Hic-analysis { Set-Text (Get-Renviron) $HIC_RENVIRON_TEXT }

function Test-Hic-hic { (Test-Variables $HIC_ENVIRONMENT) -and (Test-Text "$HIC_CONFIG\hic.environment" $HIC_ENVIRONMENT) }

# First whether it runs: what is written down is looked at the next time, and taken for the whole.
function Set-Hic-hic {
    Invoke-Program $HIC_PYTHON @('-P', '-c', 'import provisioning.cli.main') | Out-Null
    if ($LASTEXITCODE -ne 0) { Stop-Hic 'hic-broken' $HIC_PYTHON }
    Set-Variables $HIC_ENVIRONMENT
    Set-Text "$HIC_CONFIG\hic.environment" $HIC_ENVIRONMENT
}

# Notepad of older Windows takes a page without a mark for the local code page.
function Get-Page { [string][char]0xFEFF + $HIC_README }
function Test-Hic-desktop { -not ($HIC_DESKTOPS | Where-Object { -not (Test-Page "$_\$HIC_README_NAME") }) }
function Test-Page($Path) { (Test-Path -LiteralPath $Path) -and ([Text.Encoding]::UTF8.GetString([IO.File]::ReadAllBytes($Path)) -ceq (Get-Page)) }
function Set-Hic-desktop { foreach ($folder in $HIC_DESKTOPS) { Set-Text "$folder\$HIC_README_NAME" (Get-Page) } }

# --- checks: on the server, as its users would ---------------------------------------------------------------------

# psql over TLS, as the manual's user: what it answers, or why not. The password is in its environment alone, and
# taken out again.
function Invoke-Role($Role, $Word, $Options, $Database, $Text) {
    $env:PGPASSWORD, $env:PGCLIENTENCODING, $env:PGSSLROOTCERT = $Word, 'UTF8', "$HIC_CONFIG\postgresql.crt"
    try {
        $where = "host=localhost hostaddr=127.0.0.1 port=$HIC_PORT $Options user=$Role dbname=$Database connect_timeout=5"
        $answer = Invoke-Program "$HIC_BINARIES\psql.exe" @('-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', $where) $Text
        if ($LASTEXITCODE -eq 0) { $answer.Trim() } else { "refused: $script:Complaint" }
    } finally { Remove-Item Env:PG* }
}

function Check-Hic-versions {
    $database = try { Invoke-Admin "SELECT current_setting('server_version');" } catch { '' }
    $r = (Invoke-Program 'Rscript' @('--vanilla', '-e', 'cat(as.character(getRversion()))')).Trim()
    $hic = (Invoke-Program $HIC_PYTHON @('-P', '-c', 'import provisioning; print(provisioning.__version__)')).Trim()
    $verdict = if ($database -and $r -and $LASTEXITCODE -eq 0) { 'passed' } else { 'failed' }
    Write-HicCheck 'versions' $verdict "PostgreSQL $database, R $r, hic $hic"
}

function Check-Hic-tls {
    $shown = Invoke-Role $HIC_GROUP_ROLE $HIC_PASSWORDS[0] 'sslmode=verify-full' 'postgres' 'SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid();'
    Invoke-Role $HIC_GROUP_ROLE $HIC_PASSWORDS[0] 'sslmode=disable' 'postgres' 'SELECT 1;' | Out-Null
    $plain = if ($LASTEXITCODE -eq 0) { 'accepted' } else { 'refused' }
    $verdict = if ($shown -match '^TLSv1\.[23]$' -and $plain -eq 'refused') { 'passed' } else { 'failed' }
    Write-HicCheck 'tls' $verdict "$shown; without TLS $plain"
}

function Check-Hic-logins {
    $good, $bad, $own, $wrong = 0, @(), @(), 'refused'
    for ($number = 0; $number -lt $HIC_ROLES.Count; $number++) {
        $role = $HIC_ROLES[$number]
        $state = try { Invoke-Admin $HIC_PASSWORD_STATES[$number] } catch { 'gone' }
        # Who changed the own password (HIC-4) is not asked for it.
        if ($state -eq 'changed') { $own += $role }
        else {
            Invoke-Role $role $HIC_PASSWORDS[$number] 'sslmode=verify-full' 'postgres' 'SELECT 1;' | Out-Null
            if ($LASTEXITCODE -eq 0) { $good++ } else { $bad += $role }
        }
        Invoke-Role $role 'not-the-password' 'sslmode=verify-full' 'postgres' 'SELECT 1;' | Out-Null
        if ($LASTEXITCODE -eq 0) { $wrong = "accepted for $role" }
    }
    if ($bad -or $wrong -ne 'refused') { Write-HicCheck 'logins' 'failed' "refused: $bad; a wrong password is $wrong"; return }
    $since = if ($own) { ", own password since: $own" } else { '' }
    Write-HicCheck 'logins' 'passed' "$good of $($HIC_ROLES.Count) roles$since; a wrong password is refused"
}

# A table by DDL, filled by COPY as the manual does it, read by psql and by R; then all of it is dropped. What R read is
# told by the numbers of its characters, which every code page has.
function Check-Hic-database {
    $role, $word, $name, $folder = $HIC_GROUP_ROLE, $HIC_PASSWORDS[0], "hic_check_$PID", "${HIC_DATA}hic-check-$PID"
    try {
        Set-Text "$folder\rows.csv" "1,入院`n2,入院外`n3,調剤`n"
        $answer = Invoke-Role $role $word 'sslmode=verify-full' 'postgres' "CREATE DATABASE $name ENCODING 'UTF8' TEMPLATE template0;"
        if ($LASTEXITCODE -eq 0) {
            $answer = Invoke-Role $role $word 'sslmode=verify-full' $name ("CREATE SCHEMA sample; CREATE TABLE sample.rows " +
                "(n int, kind text); COPY sample.rows FROM '$folder\rows.csv' WITH csv; SELECT count(*) || ' ' || sum(n) || ' ' " +
                '|| max(kind) FILTER (WHERE n = 3) FROM sample.rows;')
        }
        Write-HicCheck 'database' $(if ($answer -ceq '3 6 調剤') { 'passed' } else { 'failed' }) "DDL, COPY FROM file, SELECT: $answer"
        Set-Text "$folder\read.R" $READ_BY_R
        $env:PGPASSWORD, $env:PGHOST, $env:PGPORT, $env:PGUSER, $env:PGDATABASE = $word, 'localhost', $HIC_PORT, $role, $name
        $env:PGSSLMODE, $env:PGSSLROOTCERT, $env:PGCLIENTENCODING = 'verify-full', "$HIC_CONFIG\postgresql.crt", 'UTF8'
        $answer = (Invoke-Program 'Rscript' @('--no-init-file', "$folder\read.R")).Trim()
        $told = if ($LASTEXITCODE -eq 0) { $answer } else { $script:Complaint }
        Write-HicCheck 'r' $(if ($answer -ceq '3 6 35519 21092') { 'passed' } else { 'failed' }) "Rscript reads the same table: $told"
    } finally {
        Remove-Item Env:PG*
        Remove-Item -Recurse -Force $folder -ErrorAction SilentlyContinue
        Invoke-Admin "DROP DATABASE IF EXISTS $name WITH (FORCE);" | Out-Null
    }
}

$READ_BY_R = @'
library(DBI)
driver <- if (requireNamespace("RPostgres", quietly = TRUE)) RPostgres::Postgres() else RPostgreSQL::PostgreSQL()
# The driver of RPostgreSQL takes what it is not told from nowhere; libpq takes it from the environment.
connection <- if (inherits(driver, "PqDriver")) dbConnect(driver) else dbConnect(driver,
    host = "localhost", port = as.integer(Sys.getenv("PGPORT")), user = Sys.getenv("PGUSER"),
    password = Sys.getenv("PGPASSWORD"), dbname = Sys.getenv("PGDATABASE"))
rows <- dbGetQuery(connection, "SELECT n, kind FROM sample.rows ORDER BY n")
cat(nrow(rows), sum(rows$n), utf8ToInt(enc2utf8(rows$kind[3])))
invisible(dbDisconnect(connection))
'@

function Check-Hic-storage {
    Use-Variables $HIC_ENVIRONMENT
    $answers = @{}
    $asked = Invoke-Program $HIC_PYTHON (@('-P', '-m', 'provisioning.aws.probe') + $HIC_OWN_BUCKETS + $HIC_OTHER_BUCKETS)
    foreach ($line in $asked -split "`n") {
        $bucket, $answer = $line -split "`t", 2
        $answers[$bucket] = $answer
    }
    $tell = { ($args[0] | ForEach-Object { "${_}: $($answers[$_])" }) -join '; ' }
    $closed = @($HIC_OWN_BUCKETS | Where-Object { $answers[$_] -notmatch 'objects$' })
    $opened = @($HIC_OTHER_BUCKETS | Where-Object { $answers[$_] -ne 'denied' })
    Write-HicCheck 'storage' $(if ($closed) { 'failed' } else { 'passed' }) (& $tell $HIC_OWN_BUCKETS)
    Write-HicCheck 'others' $(if ($opened) { 'failed' } else { 'passed' }) (& $tell $HIC_OTHER_BUCKETS)
}

function Check-Hic-internet {
    $reached = @($HIC_OUTSIDE | Where-Object {
        $client = [Net.Sockets.TcpClient]::new()
        try { $client.ConnectAsync($_, 443).Wait(3000) } catch { $false } finally { $client.Dispose() }
    })
    if ($reached) { Write-HicCheck 'internet' 'failed' "reached: $reached" }
    else { Write-HicCheck 'internet' 'passed' "not reached: $HIC_OUTSIDE" }
    # An answer may be of other kinds, such as who is asked for that name.
    $names = @(Resolve-DnsName $HIC_OUTSIDE_NAME -ErrorAction SilentlyContinue |
        Where-Object { $_.PSObject.Properties['IPAddress'] } | ForEach-Object { $_.IPAddress })
    if ($names) { Write-HicCheck 'names' 'failed' "${HIC_OUTSIDE_NAME}: $names" }
    else { Write-HicCheck 'names' 'passed' "$HIC_OUTSIDE_NAME is not answered" }
}

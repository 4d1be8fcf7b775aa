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
$HIC_STEPS = @('packages', 'volume', 'cluster', 'server', 'roles', 'manual', 'analysis', 'hic', 'desktop')
$HIC_SERVICE = 'hic-postgresql'
$script:Told = ''

# --- what is said ---------------------------------------------------------------------------------------------

function Write-HicLine { [Console]::Out.WriteLine(($args | ForEach-Object { ([string]$_) -replace "[`t`r`n]", ' ' }) -join "`t") }

function Write-HicCheck($Name, $Verdict, $Detail) { Write-HicLine 'hic-check' $Name $Verdict $Detail }

# The step ends here. The code is explained by hic, in the reader's language.
function Stop-Hic($Code, $Detail) {
    Write-HicLine 'hic-error' $Code $Detail
    exit 1
}

function Invoke-HicStep($Name) {
    if ($HIC_STEPS -notcontains $Name) { Stop-Hic 'unknown-step' $Name }
    if (& "Test-Hic-$Name") { Write-HicLine 'hic-step' 'unchanged' $script:Told; return }
    & "Set-Hic-$Name"
    if (-not (& "Test-Hic-$Name")) { Stop-Hic 'not-settled' $Name }
    Write-HicLine 'hic-step' 'changed' $script:Told
}

function Invoke-HicCheck($Name) { & "Check-Hic-$Name" }

function Get-HicFacts {
    $memory = [int]((Get-CimInstance Win32_ComputerSystem).TotalPhysicalMemory / 1MB)
    $newest = Get-ChildItem 'C:\Program Files\PostgreSQL\*\bin' -Directory -ErrorAction SilentlyContinue |
        Sort-Object { [int]$_.Parent.Name } | Select-Object -Last 1
    Write-HicLine 'hic-facts' ([DateTimeOffset]::UtcNow.ToUnixTimeSeconds()) $memory ([Environment]::ProcessorCount) "$newest"
}

# --- files and programs ---------------------------------------------------------------------------------------

function Test-Text($Path, $Text) { (Test-Path -LiteralPath $Path) -and ([IO.File]::ReadAllText($Path) -ceq $Text) }

# Written aside and renamed, in UTF-8 without a mark, so that a reader sees the old text or the new one.
function Set-Text($Path, $Text) {
    New-Item -ItemType Directory -Force (Split-Path $Path) | Out-Null
    [IO.File]::WriteAllText("$Path.new", $Text, [Text.UTF8Encoding]::new($false))
    Move-Item -Force -LiteralPath "$Path.new" $Path
}

# Runs a program with text on its standard input; its exit code stands in $LASTEXITCODE.
function Invoke-Program($Program, $Arguments, $Text = '') { $Text | & $Program @Arguments 2>&1 | Out-String }

function Invoke-Admin($Text) {
    $env:PGOPTIONS = '-c log_statement=none -c pgaudit.log=none -c log_min_error_statement=panic'
    $answer = Invoke-Program "$HIC_BINARIES\psql.exe" @(
        '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-p', $HIC_PORT, '-U', 'hic_admin', 'postgres'
    ) $Text
    Remove-Item Env:PGOPTIONS
    if ($LASTEXITCODE -ne 0) { throw $answer }
    ($answer -replace "`r", '').Trim()
}

# --- packages -------------------------------------------------------------------------------------------------

function Get-MissingPackages {
    $missing = @($HIC_COMMANDS | Where-Object { -not (Get-Command $_ -ErrorAction SilentlyContinue) })
    $missing += @('initdb', 'postgres', 'pg_ctl', 'psql' | Where-Object { -not (Test-Path "$HIC_BINARIES\$_.exe") })
    if (Get-Command Rscript -ErrorAction SilentlyContinue) {
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
    $disk = Get-Disk | Where-Object { ($_.SerialNumber -replace '[-_].*$', '') -eq ($HIC_VOLUME -replace '-', '') }
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
    if ((& "$HIC_BINARIES\postgres.exe" --version) -notmatch " $made\.") { Stop-Hic 'other-version' $made }
    & openssl x509 -in "$HIC_CLUSTER\server.crt" -checkend 2592000 -noout 2>&1 | Out-Null
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
            Stop-Hic 'initdb' $said
        }
        Move-Item $new $HIC_CLUSTER
    }
    # The key is made here, and never leaves the server.
    & openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 400 -subj "/CN=$HIC_SERVER_NAME" `
        -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1' `
        -keyout "$HIC_CLUSTER\server.key" -out "$HIC_CLUSTER\server.crt" 2>&1 | Out-Null
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
    (Invoke-Admin "SELECT current_setting('server_encoding') || ' ' || current_setting('ssl') || ' ' ||
        (SELECT count(*) FROM pg_settings WHERE pending_restart);") -eq 'UTF8 on 0'
}

function Set-Hic-server {
    Set-Text "$HIC_CLUSTER\hic.conf" (Get-AllSettings)
    Set-Text "$HIC_CLUSTER\pg_hba.conf" $HIC_HBA
    Set-Text "$HIC_CLUSTER\pg_ident.conf" $HIC_IDENT
    if (-not (Select-String -Quiet -Path "$HIC_CLUSTER\postgresql.conf" -Pattern "^include 'hic.conf'")) {
        Add-Content "$HIC_CLUSTER\postgresql.conf" "include 'hic.conf'"
    }
    New-Item -ItemType Directory -Force $HIC_LOGS | Out-Null
    # The service's account, the administrators and the machine; nobody else reads data or logs.
    foreach ($folder in $HIC_CLUSTER, $HIC_LOGS) {
        & icacls $folder /inheritance:r /grant:r 'NT AUTHORITY\NetworkService:(OI)(CI)F' 'BUILTIN\Administrators:(OI)(CI)F' `
            'NT AUTHORITY\SYSTEM:(OI)(CI)F' | Out-Null
    }
    Get-Service 'postgresql-x64-*' -ErrorAction SilentlyContinue | ForEach-Object {
        Stop-Service $_
        Set-Service $_.Name -StartupType Disabled
    }
    if (-not (Get-Service $HIC_SERVICE -ErrorAction SilentlyContinue)) {
        & "$HIC_BINARIES\pg_ctl.exe" register -N $HIC_SERVICE -D $HIC_CLUSTER -S auto | Out-Null
        Start-Service $HIC_SERVICE
    } else {
        & "$HIC_BINARIES\pg_ctl.exe" reload -s -D $HIC_CLUSTER 2>&1 | Out-Null
        Start-Sleep -Seconds 1
        # People who work are cut off only when nothing less will do.
        if (-not (Test-Hic-server)) { Restart-Service $HIC_SERVICE }
    }
    if ((Get-Service $HIC_SERVICE).Status -ne 'Running') { Stop-Hic 'no-start' $HIC_SERVICE }
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

# ENV-13: UTF-8 in every console, for cmd and PowerShell alike.
$CONSOLE = 'HKLM:\SOFTWARE\Microsoft\Command Processor'

function Test-Hic-manual {
    $run = (Get-ItemProperty $CONSOLE -Name AutoRun -ErrorAction SilentlyContinue)
    $run -and $run.AutoRun -eq 'chcp 65001 >nul' -and (Test-Variables $HIC_MANUAL_ENVIRONMENT) -and
        (Test-Text $HIC_PROFILE $HIC_PROFILE_TEXT) -and
        (Test-Text "$HIC_CONFIG\postgresql.crt" ([IO.File]::ReadAllText("$HIC_CLUSTER\server.crt")))
}

function Set-Hic-manual {
    Set-Text "$HIC_CONFIG\postgresql.crt" ([IO.File]::ReadAllText("$HIC_CLUSTER\server.crt"))
    Set-Text $HIC_PROFILE $HIC_PROFILE_TEXT
    Set-Variables $HIC_MANUAL_ENVIRONMENT
    Set-ItemProperty $CONSOLE -Name AutoRun -Value 'chcp 65001 >nul'
}

function Get-Renviron {
    $home_ = Invoke-Program 'Rscript' @('--vanilla', '-e', 'cat(R.home(""))')
    Join-Path $home_.Trim() 'etc\Renviron.site'
}

function Test-Hic-analysis {
    if (-not (Test-Path 'C:\Program Files\RStudio')) { $script:Told = 'no-rstudio' }
    Test-Text (Get-Renviron) $HIC_RENVIRON_TEXT
}
function Set-Hic-analysis { Set-Text (Get-Renviron) $HIC_RENVIRON_TEXT }

function Test-Hic-hic { (Test-Variables $HIC_ENVIRONMENT) -and (Test-Text "$HIC_CONFIG\hic.environment" $HIC_ENVIRONMENT) }

function Set-Hic-hic {
    Set-Text "$HIC_CONFIG\hic.environment" $HIC_ENVIRONMENT
    Set-Variables $HIC_ENVIRONMENT
    & $HIC_PYTHON -P -c 'import provisioning.cli.main'
    if ($LASTEXITCODE -ne 0) { Stop-Hic 'hic-broken' $HIC_PYTHON }
}

# Notepad of older Windows takes a page without a mark for the local code page.
function Get-Page { [string][char]0xFEFF + $HIC_README }
function Test-Hic-desktop { -not ($HIC_DESKTOPS | Where-Object { -not (Test-Page "$_\$HIC_README_NAME") }) }
function Test-Page($Path) { (Test-Path -LiteralPath $Path) -and ([Text.Encoding]::UTF8.GetString([IO.File]::ReadAllBytes($Path)) -ceq (Get-Page)) }
function Set-Hic-desktop { foreach ($folder in $HIC_DESKTOPS) { Set-Text "$folder\$HIC_README_NAME" (Get-Page) } }

# --- checks: on the server, as its users would ---------------------------------------------------------------------

# psql over TLS, as the manual's user. The password is in its environment alone, and taken out again.
function Invoke-Role($Role, $Word, $Options, $Database, $Text) {
    $env:PGPASSWORD, $env:PGCLIENTENCODING, $env:PGSSLROOTCERT = $Word, 'UTF8', "$HIC_CONFIG\postgresql.crt"
    try {
        $where = "host=localhost hostaddr=127.0.0.1 port=$HIC_PORT $Options user=$Role dbname=$Database connect_timeout=5"
        (Invoke-Program "$HIC_BINARIES\psql.exe" @('-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', $where) $Text).Trim()
    } finally { Remove-Item Env:PGPASSWORD }
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
        if ((Invoke-Admin $HIC_PASSWORD_STATES[$number]) -eq 'changed') { $own += $role }
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

function Check-Hic-database {
    $role, $word, $name, $folder = $HIC_GROUP_ROLE, $HIC_PASSWORDS[0], "hic_check_$PID", "$HIC_DATA\hic-check-$PID"
    try {
        Set-Text "$folder\rows.csv" "1,入院`n2,入院外`n3,調剤`n"
        Invoke-Role $role $word 'sslmode=verify-full' 'postgres' "CREATE DATABASE $name ENCODING 'UTF8' TEMPLATE template0;" | Out-Null
        $answer = Invoke-Role $role $word 'sslmode=verify-full' $name ("CREATE SCHEMA sample; CREATE TABLE sample.rows " +
            "(n int, kind text); COPY sample.rows FROM '$folder\rows.csv' WITH csv; SELECT count(*) || ' ' || sum(n) || ' ' " +
            '|| max(kind) FILTER (WHERE n = 3) FROM sample.rows;')
        Write-HicCheck 'database' $(if ($answer -eq '3 6 調剤') { 'passed' } else { 'failed' }) "DDL, COPY FROM file, SELECT: $answer"
        $env:PGPASSWORD, $env:PGHOST, $env:PGPORT, $env:PGUSER, $env:PGDATABASE = $word, 'localhost', $HIC_PORT, $role, $name
        $env:PGSSLMODE, $env:PGSSLROOTCERT = 'verify-full', "$HIC_CONFIG\postgresql.crt"
        $answer = (Invoke-Program 'Rscript' @('--vanilla', '-') (
            'library(DBI); con <- dbConnect(RPostgres::Postgres()); ' +
            'rows <- dbGetQuery(con, "SELECT n, kind FROM sample.rows ORDER BY n"); ' +
            'cat(nrow(rows), sum(rows$n), enc2utf8(rows$kind[3])); invisible(dbDisconnect(con))')).Trim()
        Write-HicCheck 'r' $(if ($answer -eq '3 6 調剤') { 'passed' } else { 'failed' }) "Rscript reads the same table: $answer"
    } finally {
        Remove-Item Env:PGPASSWORD -ErrorAction SilentlyContinue
        Remove-Item -Recurse -Force $folder -ErrorAction SilentlyContinue
        Invoke-Admin "DROP DATABASE IF EXISTS $name WITH (FORCE);" | Out-Null
    }
}

function Check-Hic-storage {
    $answers = @{}
    foreach ($line in & $HIC_PYTHON -P -m provisioning.aws.probe @HIC_OWN_BUCKETS @HIC_OTHER_BUCKETS) {
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
    $names = Resolve-DnsName $HIC_OUTSIDE_NAME -ErrorAction SilentlyContinue
    if ($names) { Write-HicCheck 'names' 'failed' "${HIC_OUTSIDE_NAME}: $($names.IPAddress)" }
    else { Write-HicCheck 'names' 'passed' "$HIC_OUTSIDE_NAME is not answered" }
}

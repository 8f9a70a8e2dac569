using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Console.Commands;
using Fairlead.Shell.Tests.Console;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Story;

/// <summary>The service manager is told how the process is, and opens its sockets.</summary>
public sealed class SystemdStory
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_reload_and_stop_are_told_in_order(bool isAbstract)
    {
        await using var origin = TestOrigin.Start();
        using var manager = new Manager(isAbstract);
        await using var fairlead = await FairleadProcess.RunAsync(To(origin), manager.Variables);
        Assert.StartsWith("READY=1\nSTATUS=serving ", await manager.NextAsync(), StringComparison.Ordinal);

        fairlead.Reload(To(origin) + "\ndrain-limit: 3s\n");
        Assert.Matches("^RELOADING=1\nMONOTONIC_USEC=[0-9]+$", await manager.NextAsync());
        Assert.Matches("^READY=1\nSTATUS=reloaded .*: 1 change$", await manager.NextAsync());
        fairlead.Reload("listeners: []");
        Assert.StartsWith("RELOADING=1", await manager.NextAsync(), StringComparison.Ordinal);
        Assert.Matches("^READY=1\nSTATUS=.* was not reloaded; serving goes on as before$", await manager.NextAsync());

        fairlead.Terminate();
        Assert.StartsWith("STOPPING=1\n", await manager.NextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await fairlead.ExitCodeAsync());
    }

    [Fact]
    public async Task The_time_of_a_reload_is_that_of_the_systems_monotonic_clock()
    {
        await using var origin = TestOrigin.Start();
        using var manager = new Manager(isAbstract: false);
        await using var fairlead = await FairleadProcess.RunAsync(To(origin), manager.Variables);
        await manager.NextAsync();

        var before = Uptime();
        fairlead.Reload(To(origin));
        var told = TimeSpan.FromMicroseconds(long.Parse((await manager.NextAsync()).Split('=')[^1], CultureInfo.InvariantCulture));

        Assert.InRange(told, before - TimeSpan.FromSeconds(1), Uptime() + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task The_watchdog_is_fed_twice_in_its_time()
    {
        await using var origin = TestOrigin.Start();
        using var manager = new Manager(isAbstract: false);
        await using var fairlead = await FairleadProcess.RunAsync(To(origin), new Dictionary<string, string>(manager.Variables) { ["WATCHDOG_USEC"] = "200000" });

        var messages = new List<string>();
        while (messages.Count(static message => message == "WATCHDOG=1") < 3)
            messages.Add(await manager.NextAsync());
        Assert.Single(messages, static message => message.StartsWith("READY=1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_upgrade_names_the_new_process_and_tells_no_stop()
    {
        await using var origin = TestOrigin.Start();
        using var manager = new Manager(isAbstract: false);
        await using var fairlead = await FairleadProcess.RunAsync(To(origin), manager.Variables);
        await manager.NextAsync();

        fairlead.Upgrade();
        Assert.Equal(0, await fairlead.GoneAsync());

        Assert.StartsWith("READY=1\n", await manager.NextAsync(), StringComparison.Ordinal);
        Assert.StartsWith($"MAINPID={fairlead.Successors.Single()}\n", await manager.NextAsync(), StringComparison.Ordinal);
        Assert.True(manager.IsSilent);
    }

    [Fact]
    public async Task Connections_made_before_the_process_started_are_served_from_the_socket_it_was_given()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("here"));
        using var activated = new Activation();
        await using var early = await TestClient.ConnectAsync(activated.Tcp);
        await early.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        await using (var fairlead = activated.Start(To(origin, activated.Tcp.ToString(), "unix:" + activated.Unix)))
        {
            Assert.Equal("here", (await early.ResponseAsync()).Text);
            await using var local = await TestClient.ConnectAsync(new UnixDomainSocketEndPoint(activated.Unix));
            Assert.Equal("here", (await local.GetAsync()).Text);
            Assert.DoesNotContain(fairlead.Error, static line => line.Contains("inherited socket", StringComparison.Ordinal));
            fairlead.Terminate();
            Assert.Equal(0, await fairlead.ExitCodeAsync());
        }

        Assert.True(File.Exists(activated.Unix), "the file is systemd's");
        await using var late = await TestClient.ConnectAsync(activated.Tcp);           // waits for the next start
    }

    [Fact]
    public async Task A_process_that_is_stopped_before_it_knows_its_backends_takes_no_connection_from_the_socket_it_was_given()
    {
        await using var origin = TestOrigin.Start(Answers.Never);
        using var activated = new Activation();
        await using (var fairlead = activated.Start(To(origin, activated.Tcp.ToString(), "unix:" + activated.Unix).Replace("\" ] }", "\" ], health: { http: { path: / }, timeout: 30s, initial: down } }", StringComparison.Ordinal)))
        {
            await Eventually.True(() => origin.Requests.Count > 0, "the first check, which is never answered");
            fairlead.Terminate();
            Assert.Equal(0, await fairlead.ExitCodeAsync());
            Assert.DoesNotContain(fairlead.Error, static line => line.Contains("listening on", StringComparison.Ordinal));
        }

        Assert.True(File.Exists(activated.Unix), "the file is systemd's");
        await using var late = await TestClient.ConnectAsync(activated.Tcp);           // waits for the next start
    }

    [Fact]
    public async Task Who_hands_a_socket_over_changes_nothing_about_it()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("here"));
        using var activated = new Activation();
        await using var fairlead = activated.Start(To(origin, activated.Tcp.ToString(), "unix:" + activated.Unix));
        await fairlead.ReadyAsync();

        fairlead.Upgrade();
        await Eventually.True(() => fairlead.Successors.Count == 1, "the upgrade");
        Assert.Equal(0, await fairlead.GoneAsync());

        Assert.False(activated.BreaksOff, "connections would inherit it: whoever has the socket next would end them with resets");
    }

    [Fact]
    public async Task A_socket_that_no_listener_asks_for_is_closed_and_named()
    {
        await using var origin = TestOrigin.Start();
        using var activated = new Activation();
        await using var fairlead = activated.Start(To(origin));

        await fairlead.LineAsync(static line => line == "fairlead: no listener has the address of the inherited socket web; it is closed", "the first");
        await fairlead.LineAsync(static line => line == "fairlead: no listener has the address of the inherited socket local; it is closed", "the second");
    }

    [Fact]
    public void The_example_unit_calls_the_program_as_it_can_be_called()
    {
        var unit = Sources.Read("Shell/Examples/systemd/fairlead.service").Split('\n');
        var start = Assert.Single(unit, static line => line.StartsWith("ExecStart=", StringComparison.Ordinal)).Split(' ');

        Assert.Equal("ExecStart=/usr/bin/fairlead", start[0]);
        using var terminal = new FakeTerminal();
        Assert.Empty(RunCommand.Create(terminal.Terminal).Parse(start[2..]).Errors);
        Assert.Empty(ValidateCommand.Create(terminal.Terminal).Parse(unit.Single(static line => line.Contains(" validate ", StringComparison.Ordinal)).Split(' ')[2..]).Errors);
        Assert.Contains("Type=notify", unit);
        Assert.Contains("NotifyAccess=all", unit);
        Assert.Contains($"RestartPreventExitStatus={Fairlead.Console.ExitCode.CannotStart}", unit);
    }

    [Fact]
    public async Task Systemd_finds_no_fault_with_the_example_units()
    {
        if (!File.Exists("/usr/bin/systemd-analyze"))
            return;                                                  // the tests above parse them
        using var folder = new TestFolder();
        foreach (var name in new[] { "fairlead.service", "fairlead.socket" })
            folder.Write(name, Sources.Read("Shell/Examples/systemd/" + name).Replace("/usr/bin/fairlead", "/bin/true", StringComparison.Ordinal));
        using var analyze = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "/usr/bin/systemd-analyze", ["verify", "--man=no", folder.File("fairlead.service"), folder.File("fairlead.socket")])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var told = await analyze.StandardError.ReadToEndAsync();
        await analyze.WaitForExitAsync().Within();
        Assert.DoesNotContain(told.Split('\n'), static line => line.Contains("fairlead.", StringComparison.Ordinal));
    }

    private static TimeSpan Uptime() => TimeSpan.FromSeconds(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture));

    private static string To(TestOrigin origin, params string[] listeners) => $$"""
        listeners: [ {{string.Join(", ", listeners.DefaultIfEmpty("127.0.0.1:0").Select(static bind => $"{{ bind: \"{bind}\" }}"))}} ]
        upstreams: { app: { backends: [ "{{origin.Address}}" ] } }
        routes: [ { to: app } ]
        """;

    /// <summary>Receives what a service manager is told.</summary>
    private sealed class Manager : IDisposable
    {
        private readonly TestFolder _folder = new();
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

        public Manager(bool isAbstract)
        {
            var name = isAbstract ? "fairlead-test-" + Path.GetFileName(_folder.Path) : _folder.File("notify");
            _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + name : name));
            Variables = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = isAbstract ? "@" + name : name };
        }

        public IReadOnlyDictionary<string, string> Variables { get; }

        public bool IsSilent => _socket.Available == 0;

        public async Task<string> NextAsync()
        {
            using var limit = new CancellationTokenSource(Deadlines.Patience);
            var message = new byte[4096];
            return Encoding.UTF8.GetString(message, 0, await _socket.ReceiveAsync(message, SocketFlags.None, limit.Token));
        }

        public void Dispose()
        {
            _socket.Dispose();
            _folder.Dispose();
        }
    }

    /// <summary>A listening TCP and a Unix-domain socket, given to a process as systemd gives them: descriptors 3 and 4, named <c>web</c> and <c>local</c>.</summary>
    private sealed class Activation : IDisposable
    {
        private readonly TestFolder _folder = new();
        private readonly Socket _tcp = Ports.Bind();
        private readonly Socket _unix = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        public Activation()
        {
            _tcp.Listen(16);
            _unix.Bind(new UnixDomainSocketEndPoint(Unix));
            _unix.Listen(16);
        }

        public IPEndPoint Tcp => (IPEndPoint)_tcp.LocalEndPoint!;

        public string Unix => _folder.File("app.sock");

        /// <summary>Whether closing is a reset (SO_LINGER of 0).</summary>
        public bool BreaksOff => _tcp.LingerState is { Enabled: true };

        public FairleadProcess Start(string yaml) => FairleadProcess.StartActivated([_tcp, _unix], "web:local", "run", _folder.Write("fairlead.yaml", yaml));

        public void Dispose()
        {
            _tcp.Dispose();
            _unix.Dispose();
            _folder.Dispose();
        }
    }
}

using System;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Story;

/// <summary>What can be typed.</summary>
public sealed class CommandStory
{
    [Fact]
    public async Task The_demo_serves_from_three_origins_although_a_fourth_address_is_dead()
    {
        using var port = new DeadPort();
        await using var demo = FairleadProcess.Start("demo", "--listen", $"127.0.0.1:{port.Release()}");
        await demo.LineAsync(static line => line.Contains("curl", StringComparison.Ordinal), "the greeting");
        await using var client = await TestClient.ConnectAsync(port.Port);

        var names = new string[12];
        for (var i = 0; i < names.Length; i++)
        {
            var response = await client.GetAsync();
            Assert.Equal(200, response.Status);
            names[i] = response.Text;
        }

        Assert.Equal(3, names.Distinct().Count());
        Assert.All(names, static text => Assert.StartsWith("Hello from ", text, StringComparison.Ordinal));
        demo.Terminate();
        Assert.Equal(0, await demo.ExitCodeAsync());
    }

    [Fact]
    public async Task A_proxy_fits_on_one_line()
    {
        await using var first = TestOrigin.Start(Answers.Ok("first"));
        await using var second = TestOrigin.Start(Answers.Ok("second"));
        await using var proxy = FairleadProcess.Start(
            "proxy", "--listen", "127.0.0.1:0", "--to", first.Address, "--to", second.Address, "--set-header", "X-Via-Line: yes", "--health", "tcp", "--every", "1s");
        await proxy.ReadyAsync();

        Assert.All(await Ask.StatusesAsync(proxy.Port, 4), static status => Assert.Equal(200, status));

        Assert.Equal(4, TestOrigin.Counts(first, second).Sum());      // on a machine busy enough a check can fail, and shift a turn
        Assert.All(first.Requests.Concat(second.Requests), static request => Assert.Equal("yes", request["X-Via-Line"]));
    }

    [Fact]
    public async Task A_listener_that_cannot_be_bound_ends_the_start_with_code_3()
    {
        await using var taken = TestOrigin.Start();

        var (code, _, error) = await FairleadProcess.ToEndAsync("proxy", "--listen", taken.Address, "--to", "127.0.0.1:1");

        Assert.Equal(3, code);
        Assert.Contains(taken.Address, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_faults_is_refused_and_all_faults_are_named()
    {
        using var folder = new TestFolder();
        var file = folder.Write("fairlead.yaml", """
            listeners: [ { bind: "127.0.0.1:0", colour: red } ]
            upstreams: { web: { backends: [ "127.0.0.1:99999" ] } }
            routes: [ { to: elsewhere } ]
            """);

        var (code, output, error) = await FairleadProcess.ToEndAsync("run", file);

        Assert.Equal(3, code);                                        // could not start, and would not next time either
        Assert.All(["FL0102", "FL0206", "FL0301"], fault => Assert.Contains(fault, output + error, StringComparison.Ordinal));
        Assert.Equal(1, (await FairleadProcess.ToEndAsync("validate", file)).ExitCode);
    }

    [Fact]
    public async Task The_example_of_the_tutorial_alternates_between_HTTPS_backends_and_skips_the_dead_one()
    {
        using var certificates = new TestCertificates();
        await using var first = TestOrigin.Start(Answers.Ok("first"), certificates.Server("one.one.one.one"));
        await using var second = TestOrigin.Start(Answers.Ok("second"), certificates.Server("one.one.one.one"));
        using var dead = new DeadPort();
        using var listen = new DeadPort();
        var address = $"127.0.0.1:{listen.Release()}";
        await using var example = FairleadProcess.StartProgram(
            "Fairlead.Examples.LoadBalancer.dll", [address, first.Address, second.Address, dead.Address], trusted: certificates.AuthorityFile);
        await Eventually.True(() => CanConnectAsync(listen.Port), "the example to listen");
        await Eventually.True(async () => (await Ask.StatusesAsync(listen.Port, 3)) is [200, 200, 200], "the dead backend to be found out");

        await using (var client = await TestClient.ConnectAsync(listen.Port))
        {
            var answers = new[] { (await client.GetAsync()).Text, (await client.GetAsync()).Text, (await client.GetAsync()).Text };
            Assert.Equal(answers[0], answers[2]);
            Assert.Equal(["first", "second"], answers[..2].Order(StringComparer.Ordinal));
        }

        Assert.All(first.Requests.Concat(second.Requests), static request => Assert.Equal(("one.one.one.one", "one.one.one.one"), (request.ServerName, request["Host"])));
        example.Terminate();
        Assert.Equal(0, await example.ExitCodeAsync());
    }

    [Fact]
    public async Task The_example_refuses_a_backend_whose_authority_the_system_does_not_trust()
    {
        using var certificates = new TestCertificates();
        await using var origin = TestOrigin.Start(certificate: certificates.Server("one.one.one.one"));
        using var listen = new DeadPort();
        var address = $"127.0.0.1:{listen.Release()}";
        await using var example = FairleadProcess.StartProgram("Fairlead.Examples.LoadBalancer.dll", [address, origin.Address]);
        await Eventually.True(() => CanConnectAsync(listen.Port), "the example to listen");

        Assert.Equal(502, await Ask.StatusAsync(listen.Port));
        Assert.Empty(origin.Requests);
    }

    private static async Task<bool> CanConnectAsync(int port)
    {
        try
        {
            await using var client = await TestClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Shell.Tests.Harness;
using LanguageExt;
using Microsoft.Extensions.Time.Testing;

namespace Fairlead.HttpClients.Tests;

/// <summary>Requests take a failing backend out, and time brings it back.</summary>
public sealed partial class PassiveHealthTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Bad_answers_in_a_row_eject_and_time_brings_back()
    {
        await using var bad = TestOrigin.Start(Answers.Status(500));
        await using var good = TestOrigin.Start();
        using var client = Clients.ClientOf(Balancer([bad, good]));

        Assert.Equal(["500", "200", "500", "200", "500", "200", "200", "200"], await client.Outcomes(8));
        bad.Answer = Answers.Ok("well again");
        _time.Advance(TimeSpan.FromSeconds(29));
        await client.Ask(2);
        Assert.Equal([3, 7], TestOrigin.Counts(bad, good));
        _time.Advance(TimeSpan.FromSeconds(1));
        await client.Ask(2);

        Assert.Equal([4, 8], TestOrigin.Counts(bad, good));
    }

    [Fact]
    public async Task A_second_ejection_lasts_twice_as_long()
    {
        await using var bad = TestOrigin.Start(Answers.Status(500));
        await using var good = TestOrigin.Start();
        var balancer = Balancer([bad, good]);
        using var client = Clients.ClientOf(balancer);

        await client.Outcomes(6);
        Assert.Equal(TimeSpan.FromSeconds(30), balancer.Backends[0].EjectedFor);
        _time.Advance(TimeSpan.FromSeconds(30));
        await client.Outcomes(6);

        Assert.Equal(TimeSpan.FromSeconds(60), balancer.Backends[0].EjectedFor);
    }

    [Fact]
    public async Task A_good_answer_ends_a_run()
    {
        var answers = new Queue<int>([500, 500, 200, 500, 500, 200, 500]);
        await using var moody = TestOrigin.Start(exchange => Answers.Status(answers.Dequeue())(exchange));
        await using var good = TestOrigin.Start();
        var balancer = Balancer([moody, good]);
        using var client = Clients.ClientOf(balancer);

        await client.Outcomes(14);

        Assert.Equal(TimeSpan.Zero, balancer.Backends[0].EjectedFor);
        Assert.Equal(7, moody.Requests.Count);
    }

    [Fact]
    public async Task Refused_connections_eject()
    {
        using var dead = new DeadPort();
        await using var good = TestOrigin.Start();
        var balancer = Balancer([HttpBackend.At(dead.Address), HttpBackend.At(good.Address)]);
        using var client = Clients.ClientOf(balancer);

        await client.Outcomes(6);

        Assert.True(balancer.Backends[0].EjectedFor > TimeSpan.Zero);
        Assert.Equal(["200", "200"], await client.Outcomes(2));
    }

    [Fact]
    public async Task Connections_that_are_reset_eject()
    {
        await using var breaking = TestOrigin.Start(static exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        });
        await using var good = TestOrigin.Start();
        var balancer = Balancer([breaking, good]);
        using var client = Clients.ClientOf(balancer);

        await client.Outcomes(8);

        Assert.True(balancer.Backends[0].EjectedFor > TimeSpan.Zero);
    }

    [Fact]
    public async Task Bodies_that_break_off_eject()
    {
        await using var breaking = TestOrigin.Start(Answers.RawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
        await using var good = TestOrigin.Start();
        var balancer = Balancer([breaking, good]);
        using var client = Clients.ClientOf(balancer);

        Assert.Equal(["ResponseEnded", "200", "ResponseEnded", "200", "ResponseEnded", "200", "200"], await client.Outcomes(7));
        Assert.True(balancer.Backends[0].EjectedFor > TimeSpan.Zero);
        Assert.Equal(0, balancer.Backends[0].InFlight);
    }

    [Fact]
    public async Task A_body_that_breaks_off_while_it_is_streamed_counts()
    {
        await using var breaking = TestOrigin.Start(Answers.RawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
        await using var good = TestOrigin.Start();
        var balancer = Balancer([breaking, good], static outliers => outliers with { Consecutive5xx = 1 });
        using var client = Clients.ClientOf(balancer);

        using var response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        await Assert.ThrowsAnyAsync<System.IO.IOException>(async () => await body.CopyToAsync(System.IO.Stream.Null));

        Assert.True(balancer.Backends[0].EjectedFor > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_connect_timeout_below_the_handler_ejects()
    {
        using var silent = await SilentPort.OpenAsync();
        await using var good = TestOrigin.Start();
        var balancer = Balancer([HttpBackend.At($"127.0.0.1:{silent.Port}"), HttpBackend.At(good.Address)], static outliers => outliers with { Consecutive5xx = 1 });
        using var client = Clients.ClientOf(balancer, new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromMilliseconds(100) });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetStringAsync("/"));

        Assert.True(balancer.Backends[0].EjectedFor > TimeSpan.Zero);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelling_counts_against_a_backend_only_after_the_time_that_was_set(bool waitsLong)
    {
        await using var hung = TestOrigin.Start(Answers.Never);
        await using var good = TestOrigin.Start();
        var balancer = Clients.BalancerOf(options =>
        {
            options.Add(hung.Address).Add(good.Address);
            options.Outliers = FairleadOptions.DefaultOutliers with { Consecutive5xx = 1 };
            options.CancelledFailsAfter = TimeSpan.FromSeconds(3);
            options.TimeProvider = _time;
        });
        using var client = Clients.ClientOf(balancer);
        using var stop = new CancellationTokenSource();

        var request = client.GetStringAsync("/", stop.Token);
        await Eventually.True(() => hung.Requests.Count == 1, "the request");
        _time.Advance(TimeSpan.FromSeconds(waitsLong ? 3 : 2));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request.Within());

        Assert.Equal(waitsLong, balancer.Backends[0].EjectedFor > TimeSpan.Zero);
        Assert.Equal(0, balancer.Backends[0].InFlight);
    }

    [Fact]
    public async Task A_fault_of_the_callers_own_content_counts_against_nobody()
    {
        await using var origin = TestOrigin.Start();
        await using var good = TestOrigin.Start();
        var balancer = Balancer([origin, good], static outliers => outliers with { Consecutive5xx = 1 });
        using var client = Clients.ClientOf(balancer);

        await Assert.ThrowsAsync<FormatException>(() => client.PostAsync("/", new BrokenContent()));

        Assert.Equal((TimeSpan.Zero, 0), (balancer.Backends[0].EjectedFor, balancer.Backends[0].InFlight));
    }

    [Fact]
    public async Task A_target_that_cannot_take_the_body_counts_against_nobody()
    {
        await using var origin = TestOrigin.Start(Answers.Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"));
        await using var good = TestOrigin.Start();
        var balancer = Balancer([origin, good], static outliers => outliers with { Consecutive5xx = 1 });
        using var client = Clients.ClientOf(balancer);
        client.MaxResponseContentBufferSize = 3;

        Assert.Equal("ConfigurationLimitExceeded", await client.Outcome());

        Assert.Equal((TimeSpan.Zero, 0), (balancer.Backends[0].EjectedFor, balancer.Backends[0].InFlight));
    }

    private static Option<Instant> Some(Instant instant) => instant;

    private static Instant At(long seconds) => new(seconds * TimeSpan.TicksPerSecond);

    private FairleadBalancer Balancer(TestOrigin[] origins, Func<OutlierSettings, OutlierSettings>? outliers = null) =>
        Balancer([.. origins.Select(static origin => HttpBackend.At(origin.Address))], outliers);

    /// <summary>Round robin over those; three failures in a row eject.</summary>
    private FairleadBalancer Balancer(HttpBackend[] backends, Func<OutlierSettings, OutlierSettings>? outliers = null) => Clients.BalancerOf(options =>
    {
        foreach (var backend in backends)
            options.Backends.Add(backend);
        options.Policy = new PolicySettings.RoundRobin();
        options.Outliers = (outliers ?? (static same => same))(FairleadOptions.DefaultOutliers with { Consecutive5xx = 3 });
        options.TimeProvider = _time;
    });

    private sealed class BrokenContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(System.IO.Stream stream, System.Net.TransportContext? context) => throw new FormatException("not what it should be");

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Primitives;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

public sealed class PeakEwmaLaws : PolicyLaws<PeakEwmaModel>
{
    [Property]
    public void Equal_latencies_give_the_fewest_requests_after_one_more(PickCase given, ushort microseconds)
    {
        var latency = default(PeakLatency).Observe(TimeSpan.FromMicroseconds(microseconds), given.Now, PeakEwmaModel.Decay);
        var level = given with { Latencies = [.. given.Candidates.Select(_ => latency)] };
        var oneMore = level with { InFlight = [.. level.InFlight.Select(static count => count + 1)] };
        Assert.Equal(Pickers.Of(LeastRequestsModel.Settings, given.Candidates, given.Available).Pick(oneMore.Input), Of(level).Pick(level.Input));
    }

    [Property]
    public void One_never_measured_is_probed_once(PickCase given)
    {
        foreach (var fresh in given.Left)
        {
            var latencies = given.Candidates.Select((_, i) => i == fresh ? default : default(PeakLatency).Observe(TimeSpan.FromHours(1), given.Now, PeakEwmaModel.Decay));
            var idle = given with { Latencies = [.. latencies], InFlight = [.. given.Candidates.Select((_, i) => i == fresh ? 0 : given.InFlightOf(i))] };
            var probed = idle with { InFlight = idle.InFlight.SetItem(fresh, 1) };
            Assert.Equal(fresh, Of(idle).Pick(idle.Input));
            Assert.Equal(given.Left.Length == 1, Of(probed).Pick(probed.Input) == fresh);
        }
    }

    /// <summary>Traefik's leasttime (#12306): one slow answer, and one of five equal servers got 5 of 1,500 requests.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(20)]                                                  // faster ends too early: a fast sample pulls the average down only by what time has passed
    public void Traefik_12306_one_slow_answer_does_not_starve_a_backend(int requestsPerSecond)
    {
        const int Requests = 1_500;
        const int Backends = 5;
        var picks = Simulate(Backends, Requests, TimeSpan.FromSeconds(1.0 / requestsPerSecond), static (backend, request, noise) =>
            TimeSpan.FromMilliseconds(backend == 2 && request == 40 ? 400 : 20 + 10 * noise));

        var forgiven = picks.Where(static pick => pick.Backend == 2).ElementAt(39).At + PeakEwmaModel.Decay * Math.Log(400 / 20.0) + TimeSpan.FromSeconds(1);
        var afterForgiving = picks.Where(pick => pick.At > forgiven).Select(static pick => pick.Backend).ToList();
        foreach (var backend in Enumerable.Range(0, Backends))
            Assert.True(afterForgiving.Count(b => b == backend) > afterForgiving.Count / (2 * Backends), $"{backend} got {afterForgiving.Count(b => b == backend)} of {afterForgiving.Count}");
    }

    [Property]
    public void Traefik_12306_every_eligible_backend_is_picked_again_in_bounded_time(ushort slowMilliseconds, byte fastMilliseconds, byte gapMilliseconds)
    {
        var (fast, gap) = (TimeSpan.FromMilliseconds(1.1 + fastMilliseconds), TimeSpan.FromMilliseconds(1 + gapMilliseconds));
        var slow = fast + TimeSpan.FromMilliseconds(slowMilliseconds);
        var picker = Two();
        var now = new Instant(0) + TimeSpan.FromDays(1);
        PeakLatency[] latencies = [default(PeakLatency).Observe(fast, now, PeakEwmaModel.Decay), default(PeakLatency).Observe(slow, now, PeakEwmaModel.Decay)];
        var bound = PeakEwmaModel.Decay * Math.Log(slow / fast) + 4 * gap;   // until the averages are equal; then the turns decide
        for (var (ticket, start) = (0UL, now); ; ticket++)
        {
            if (picker.Pick(new PickInput { Ticket = ticket, Latencies = latencies, Now = now }) == 1)
                return;
            Assert.True(now - start <= bound, $"not picked for {now - start}, slow {slow}, fast {fast}");
            now += gap;
            latencies[0] = latencies[0].Observe(fast, now, PeakEwmaModel.Decay);
        }
    }

    [Property(MaxTest = 20)]
    public void A_backend_twice_as_slow_gets_less(uint seed)
    {
        var picks = Simulate(3, 2_000, TimeSpan.FromMilliseconds(20), (backend, _, noise) => TimeSpan.FromMilliseconds((backend == 1 ? 60 : 30) * (0.8 + 0.4 * noise)), seed);
        var counts = picks.CountBy(static pick => pick.Backend).ToDictionary();
        Assert.True(counts[1] < counts[0] && counts[1] < counts[2], $"{counts[0]} {counts[1]} {counts[2]}");
    }

    private static Picker Two() => Pickers.Of(PeakEwmaModel.Settings, [PickCases.CandidateOf("10.0.0.1:80", 1, 0), PickCases.CandidateOf("10.0.0.2:80", 1, 1)], [true, true]);

    /// <summary>Requests at a steady pace, in virtual time; each is in flight until its backend answers, and each answer is observed then.</summary>
    private static List<(TimeSpan At, int Backend)> Simulate(int backends, int requests, TimeSpan gap, Func<int, int, double, TimeSpan> latencyOf, uint seed = 12_306)
    {
        var picker = Pickers.Of(PeakEwmaModel.Settings, [.. Enumerable.Range(0, backends).Select(static i => PickCases.CandidateOf($"10.0.0.{i + 1}:80", 1, i))], [.. Enumerable.Repeat(true, backends)]);
        var (inFlight, latencies, served) = (new int[backends], new PeakLatency[backends], new int[backends]);
        var answers = new PriorityQueue<(int Backend, TimeSpan Latency, Instant At), long>();
        var picks = new List<(TimeSpan, int)>();
        var stream = new Entropy(seed);
        for (var request = 0; request < requests; request++)
        {
            var now = Instant.Zero + request * gap;
            while (answers.TryPeek(out var answer, out _) && answer.At <= now)
            {
                answers.Dequeue();
                inFlight[answer.Backend]--;
                latencies[answer.Backend] = latencies[answer.Backend].Observe(answer.Latency, answer.At, PeakEwmaModel.Decay);
            }

            var picked = picker.Pick(new PickInput { Ticket = (ulong)request, InFlight = inFlight, Latencies = latencies, Now = now });
            (var draw, stream) = stream.Draw();
            var latency = latencyOf(picked, ++served[picked], Entropy.Unit(draw));
            inFlight[picked]++;
            answers.Enqueue((picked, latency, now + latency), (now + latency).Ticks);
            picks.Add((now - Instant.Zero, picked));
        }

        return picks;
    }
}

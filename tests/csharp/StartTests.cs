using System;
using System.Globalization;
using VideoDoktor;

/// <summary>Times of .NET become starts without losing a minute.</summary>
public static class StartTests
{
    private static readonly DateTime Ten = new DateTime(2090, 11, 23, 10, 0, 0);

    /// <summary>The start that the library would send, "" if it refuses it.</summary>
    private static string Sent(MeetStart start)
    {
        InvitationCheck check = new Invitation { PacientJmeno = Sandbox.Jana, PacientEmail = "jana@example.cz", PacientNarozen = 1980, MeetStart = start }.Check();
        return check.IsValid ? VideoDoktorJson.Text(check.FieldsJson, "/meet_start") : "";
    }

    public static void A_time_a_hair_below_the_minute_is_that_minute_in_every_kind_of_time()
    {
        string wanted = Sent(Ten);
        Check.Same("23.11.2090.10.00", wanted);
        foreach (long ticks in new[] { -TimeSpan.TicksPerSecond / 2, -4999999, -400, -1, 0, 1, 400, TimeSpan.TicksPerSecond / 2, 59 * TimeSpan.TicksPerSecond, 594999999 })
        {
            DateTime time = Ten.AddTicks(ticks);
            DateTime inUtc = DateTime.SpecifyKind(time.AddHours(-1), DateTimeKind.Utc);
            foreach (MeetStart start in new MeetStart[]
            {
                time, DateTime.SpecifyKind(time, DateTimeKind.Local), inUtc, new DateTimeOffset(inUtc), new DateTimeOffset(time, TimeSpan.FromHours(1)),
                new DateTimeOffset(time.AddHours(4.5), TimeSpan.FromHours(5.5))
            })
            {
                Check.Same(wanted, Sent(start), start + ", " + ticks + " ticks from ten");
            }
        }
        Check.Holds("09.59", Sent(Ten.AddTicks(-TimeSpan.TicksPerSecond / 2 - 1)));
        Check.Holds("10.01", Sent(Ten.AddTicks(595000000)));
    }

    public static void Starts_are_equal_by_operators_as_by_Equals()
    {
        MeetStart ten = Ten, same = MeetStart.FromText("2090-11-23 10:00"), other = Ten.AddMinutes(1);
        Check.That(ten == same && !(ten != same) && ten.Equals(same), "the same text");
        Check.That(ten != other && !(ten == other) && !ten.Equals(other), "another text");
        Check.That(MeetStart.FromText(null) == default(MeetStart), "none at all");
    }

    public static void Every_minute_of_a_day_survives_an_OLE_date_and_fractions_of_a_day()
    {
        for (int minute = 0; minute < 24 * 60; minute++)
        {
            DateTime time = Ten.Date.AddMinutes(minute);
            string wanted = ((MeetStart)time).ToString();
            Check.Same(wanted, ((MeetStart)DateTime.FromOADate(time.ToOADate())).ToString(), "an OLE date");
            Check.Same(wanted, ((MeetStart)DateTime.FromOADate(Ten.Date.ToOADate() + minute / 1440.0)).ToString(), "fractions added to an OLE date");
            Check.Same(wanted, ((MeetStart)new DateTime(Ten.Date.Ticks + (long)(minute / 1440.0 * TimeSpan.TicksPerDay))).ToString(), "fractions cut to ticks");
            Check.Same(wanted, ((MeetStart)Ten.Date.AddTicks((long)(minute / 60.0f / 24 * TimeSpan.TicksPerDay))).ToString(), "fractions of single precision");
        }
    }

    public static void Every_OLE_date_of_the_table_is_the_start_that_it_says()
    {
        foreach (string one in VectorTests.Cases("ole_dates.json"))
        {
            double date = double.Parse(VideoDoktorJson.Text(one, "/date"), CultureInfo.InvariantCulture);
            Check.Same(VideoDoktorJson.Text(one, "/sent"), Sent(DateTime.FromOADate(date)), VideoDoktorJson.Text(one, "/why"));
        }
    }

    public static void The_ends_of_the_calendar_are_refused_and_end_nothing()
    {
        foreach (MeetStart start in new MeetStart[]
        {
            DateTime.MaxValue, DateTime.MinValue, DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc), DateTimeOffset.MaxValue, DateTimeOffset.MinValue,
            new DateTimeOffset(DateTime.MaxValue.AddHours(-1), TimeSpan.FromHours(-1)), new DateTimeOffset(DateTime.MaxValue, TimeSpan.FromHours(1))
        })
        {
            Check.That(start.ToString().Length > 10, start.ToString());
            Sent(start);
        }
        Check.Same("", Sent(DateTime.MinValue));
    }
}
